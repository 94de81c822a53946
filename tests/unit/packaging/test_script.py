"""The text of the generated run script; `tests/integration/test_run_script.py` runs it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ncrontab import parse
from oneplan.errors import PackagingError
from oneplan.manifest.values import Argument, Job, Trigger
from oneplan.packaging.environment import quoted
from oneplan.packaging.guard import Guard
from oneplan.packaging.script import Recipe, check_command, duration, run_script

TIDY = Job("tidy", Path("/jobs/tidy"), "shop", Trigger("manual"), summary="Tidy  up\nthe shop")


def top(job: Job, recipe: Recipe) -> str:
    """What a script has of its own: all before the part that every script has."""
    return run_script(job, recipe).decode().partition("# From here on")[0]


def test_what_is_a_jobs_own_stands_at_the_top_and_reads_like_written_by_hand():
    arguments = (Argument("limit", "int", "5"), Argument("dry-run", "bool", "false"), Argument("since", "date"))
    job = replace(TIDY, priority="low", timeout=timedelta(minutes=10), retries=2, memory=256, arguments=arguments)
    recipe = Recipe("python -m tidy", {"FEED": quoted("https://a.example/feed")}, "jobs/tidy/job.yaml")

    assert top(job, recipe) == (
        "#!/bin/sh\n"
        "# tidy: Tidy up the shop\n"
        "# Written by oneplan from jobs/tidy/job.yaml; edit that file instead.\n"
        "\n"
        "export JOB_NAME='tidy'\n"
        "export FEED='https://a.example/feed'\n"
        "\n"
        "_app='shop' _trigger=manual _lasting=no\n"
        "_limit='600' _limit_text='10m' _grace=30 # seconds\n"
        "_memory='262144' # kilobytes of data that a process may have\n"
        "_retries=2 _pause=5\n"
        "is_time() { :; }\n"
        "_elsewhere=''\n"
        "\n"
        "# Default arguments; one that a run by hand gives takes the default's place.\n"
        "given() {\n"
        "    _wanted=$1\n"
        "    shift\n"
        "    for _word; do\n"
        '        case $_word in "--$_wanted" | "--$_wanted="* | "--no-$_wanted") return 0 ;; esac\n'
        "    done\n"
        "    return 1\n"
        "}\n"
        'given limit "$@" || set -- --limit=\'5\' "$@"\n'
        'given dry-run "$@" || set -- --no-dry-run "$@"\n'
        "\n"
        'set -- python -m tidy "$@"\n'
        "# The site's processes come first.\n"
        'if chrt -i 0 true 2>/dev/null; then set -- chrt -i 0 "$@"; fi\n'
        'if command -v nice >/dev/null 2>&1; then set -- nice -n 19 "$@"; fi\n'
        'if [ "$(cat /proc/sys/kernel/sched_autogroup_enabled 2>/dev/null)" = 1 ]; then\n'
        "    # Such a kernel lets whoever asks for shorter turns interrupt: ask for 10 ms at a time (sched_setattr).\n"
        "    _turns='\n"
        "import ctypes, os, struct, sys\n"
        'number = {"x86_64": 314, "aarch64": 274}.get(os.uname().machine)\n'
        "if number:\n"
        "    batch, nice, turn = 3, 19, 10_000_000\n"
        '    ctypes.CDLL(None).syscall(number, 0, struct.pack("<2IQiI3Q", 48, batch, 0, nice, 0, turn, 0, 0), 0)\n'
        "os.execvp(sys.argv[1], sys.argv[1:])'\n"
        '    if python3 -I -S -c "$_turns" sh -c : 2>/dev/null; then set -- python3 -I -S -c "$_turns" "$@"; fi\n'
        "fi\n"
        "if command -v setsid >/dev/null 2>&1; then # a session of its own, which such a kernel weighs as one\n"
        '    set -- sh -c \'{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec "$@"\' sh "$@"\n'
        "fi\n"
        "\n"
    )


def test_long_limit_is_written_out_since_not_every_sleep_reads_powers_of_ten():
    job = replace(TIDY, timeout=timedelta(days=30), stop_grace=timedelta(seconds=2.5))

    assert "_limit='2592000' _limit_text='30d' _grace=2.5 # seconds\n" in top(job, Recipe("a", {}, "x"))


def test_job_that_runs_for_ever_has_no_limit_and_no_retries():
    job = replace(TIDY, trigger=Trigger("always"), timeout=timedelta(minutes=10), retries=2)

    text = top(job, Recipe("a", {}, "x"))

    assert "_trigger=continuous _lasting=yes" in text
    assert "_limit='' _limit_text='' _grace=30" in text
    assert "_retries=0 " in text


def test_guard_looks_at_each_part_of_the_clock_that_the_schedule_restricts():
    guard = Guard("0 0 22,23 * * *", "Asia/Tokyo", parse("0 0 6 * * 1-5"))

    assert (
        "# The schedule covers every hour that may be the one in Asia/Tokyo; the others end here.\n"
        "is_time() {\n"
        "    case $(TZ='JST-9' date +%H) in 06) ;; *) return 1 ;; esac\n"
        "    case $(TZ='JST-9' date +%w) in 1 | 2 | 3 | 4 | 5) ;; *) return 1 ;; esac\n"
        "}\n"
        "_elsewhere='it is another time in Asia/Tokyo'\n"
    ) in top(TIDY, Recipe("a", {}, "x", guard=guard))


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("a && b", 'contains "&&"'),
        ("a | b", 'contains "|"'),
        ("a > b", 'contains ">"'),
        ("a; b", 'contains ";"'),
        ("a # b", 'contains "#"'),
        ("a\nb", "contains several lines"),
        ("  ", "contains nothing"),
    ],
)
def test_command_that_arguments_cannot_follow_is_refused(command: str, found: str):
    with pytest.raises(PackagingError) as error:
        check_command(command, "jobs/tidy/job.yaml")

    assert str(error.value) == (
        f"jobs/tidy/job.yaml: command {command.strip()!r} {found}; write one command, or wrap it: sh -c '...'"
    )


def test_variable_before_the_command_is_refused():
    with pytest.raises(PackagingError, match="sets a variable; write it under env"):
        check_command("A=1 python -m tidy", "jobs/tidy/job.yaml")


def test_open_quote_is_refused():
    with pytest.raises(PackagingError, match="has an open quote; close it"):
        check_command("echo 'a", "jobs/tidy/job.yaml")


@pytest.mark.parametrize(
    "command", ["python -m tidy", "sh -c 'a && b; c | d'", "echo a#b", "echo $HOME \"a > b\" \\; $(date +%F) '#'"]
)
def test_one_command_is_accepted(command: str):
    assert check_command(f" {command}\n", "x") == command


@pytest.mark.parametrize(("seconds", "text"), [(600, "10m"), (90, "90s"), (3600, "1h"), (86_400, "1d"), (0.5, "0.5s")])
def test_duration_reads_as_in_the_manifest(seconds: float, text: str):
    assert duration(timedelta(seconds=seconds)) == text
