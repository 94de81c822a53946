"""The generated run script, run by a real bash."""

import os
import signal
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.errors import PackagingError
from oneplan.manifest.values import Argument, Job, Trigger
from oneplan.packaging.environment import quoted
from oneplan.packaging.script import check_command, duration, run_script

TIDY = Job("tidy", Path("/jobs/tidy"), "shop", Trigger("manual"), summary="Tidy  up\nthe shop")
AT_ONCE = timedelta(milliseconds=10)


def script(job: Job, command: str, **exports: str) -> bytes:
    return run_script(job, command, exports=exports, origin="jobs/tidy/job.yaml", python=False, retry_wait=AT_ONCE)


def run(content: bytes, folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """Runs the script as App Service does, and returns exit code, output and errors."""
    (folder / "run.sh").write_bytes(content)
    done = subprocess.run(
        ["/bin/bash", "run.sh", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": "/home", **variables},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_plain_script_reads_like_one_written_by_hand():
    content = script(replace(TIDY, priority="low"), "python -m tidy", FEED=quoted("https://a.example/feed"))

    assert content.decode() == (
        "#!/bin/bash\n"
        "# tidy: Tidy up the shop\n"
        "# Written by oneplan from jobs/tidy/job.yaml; edit that file instead.\n"
        "\n"
        "export JOB_NAME='tidy'\n"
        "export FEED='https://a.example/feed'\n"
        "\n"
        "# The site's processes come first.\n"
        "lower=()\n"
        "command -v nice >/dev/null && lower=(nice -n 10)\n"
        'exec "${lower[@]}" python -m tidy "$@"\n'
    )


def test_python_site_makes_its_packages_importable(tmp_path: Path):
    content = run_script(TIDY, "env", exports={}, origin="job.yaml", python=True)

    _, out, _ = run(content, tmp_path)

    assert "PYTHONPATH=/home/site/wwwroot/.python_packages/lib/site-packages" in out.splitlines()
    assert "PYTHONUNBUFFERED=1" in out.splitlines()
    assert "JOB_NAME=tidy" in out.splitlines()


def test_app_setting_keeps_its_pythonpath(tmp_path: Path):
    content = run_script(TIDY, "env", exports={}, origin="job.yaml", python=True)

    _, out, _ = run(content, tmp_path, PYTHONPATH="/elsewhere")

    assert "PYTHONPATH=/elsewhere" in out.splitlines()


@settings(deadline=None, max_examples=40)
@given(value=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_any_value_reaches_the_shell_unchanged(value: str):
    done = subprocess.run(["/bin/bash", "-c", f"printf %s {quoted(value)}"], capture_output=True, check=True)

    assert done.stdout.decode() == value


@pytest.mark.parametrize("priority", ["low", "normal"])
def test_low_priority_runs_ten_steps_nicer(priority: str, tmp_path: Path):
    before = os.nice(0)

    code, out, _ = run(script(replace(TIDY, priority=priority), "nice"), tmp_path)

    assert (code, int(out)) == (0, min(19, before + 10) if priority == "low" else before)


@pytest.mark.parametrize(
    ("given_words", "seen"),
    [
        ((), "--dry-run --brand=all 'brands' --limit=5"),
        (("--brand", "omega"), "--dry-run --limit=5 --brand omega"),
        (("--brand=omega", "--no-dry-run"), "--limit=5 --brand=omega --no-dry-run"),
        (("a b", "--limit=1"), "--dry-run --brand=all 'brands' a b --limit=1"),
    ],
)
def test_argument_of_a_run_takes_the_place_of_its_default(given_words, seen, tmp_path: Path):
    arguments = (
        Argument("limit", "int", "5"),
        Argument("brand", "string", "all 'brands'"),
        Argument("since", "date"),
        Argument("dry-run", "bool", "true"),
    )

    _, out, _ = run(script(replace(TIDY, arguments=arguments), "echo"), tmp_path, *given_words)

    assert out == seen + "\n"


def test_false_default_of_a_switch_is_its_negation(tmp_path: Path):
    arguments = (Argument("dry-run", "bool", "false"),)

    _, out, _ = run(script(replace(TIDY, arguments=arguments), "echo"), tmp_path)

    assert out == "--no-dry-run\n"


def test_exit_code_is_the_commands(tmp_path: Path):
    assert run(script(TIDY, "sh -c 'exit 3'"), tmp_path) == (3, "", "")


def test_job_with_a_time_limit_that_keeps_it_says_nothing(tmp_path: Path):
    job = replace(TIDY, timeout=timedelta(minutes=10))

    assert run(script(job, "sh -c 'echo done; exit 3'"), tmp_path) == (3, "done\n", "")


def test_job_over_its_time_limit_is_stopped_and_reported(tmp_path: Path):
    job = replace(TIDY, timeout=timedelta(seconds=0.2))

    assert run(script(job, "sleep 5"), tmp_path) == (124, "", "timed out after 0.2s\n")


def test_job_that_ignores_the_request_to_stop_is_killed(tmp_path: Path):
    job = replace(TIDY, timeout=timedelta(seconds=0.1), stop_grace=timedelta(seconds=0.1))

    code, _, errors = run(script(job, "bash -c 'trap \"\" TERM; while :; do sleep 0.05; done'"), tmp_path)

    assert (code, errors.splitlines()[-1]) == (124, "timed out after 0.1s")


def test_exit_code_124_before_the_limit_is_the_jobs_own(tmp_path: Path):
    job = replace(TIDY, timeout=timedelta(minutes=1))

    assert run(script(job, "sh -c 'exit 124'"), tmp_path) == (124, "", "")


def test_failed_attempts_are_reported_and_the_last_exit_code_kept(tmp_path: Path):
    job = replace(TIDY, retries=2)

    assert run(script(job, "sh -c 'echo try; exit 3'"), tmp_path) == (
        3,
        "try\ntry\ntry\n",
        (
            "attempt 1 of 3 failed with exit code 3; trying again in 0.01 s\n"
            "attempt 2 of 3 failed with exit code 3; trying again in 0.01 s\n"
            "attempt 3 of 3 failed with exit code 3\n"
        ),
    )


def test_success_ends_the_attempts(tmp_path: Path):
    job = replace(TIDY, retries=5, timeout=timedelta(minutes=1))
    command = "bash -c 'echo x >> tries; [ $(wc -l < tries) -eq 2 ] || exit 7'"

    assert run(script(job, command), tmp_path) == (
        0,
        "",
        "attempt 1 of 6 failed with exit code 7; trying again in 0.01 s\n",
    )


def test_attempt_over_the_limit_is_tried_again(tmp_path: Path):
    job = replace(TIDY, retries=1, timeout=timedelta(seconds=0.1))

    assert run(script(job, "sleep 5"), tmp_path) == (
        124,
        "",
        "attempt 1 of 2 timed out after 0.1s; trying again in 0.01 s\nattempt 2 of 2 timed out after 0.1s\n",
    )


def test_every_attempt_gets_the_arguments(tmp_path: Path):
    job = replace(TIDY, retries=1)

    _, out, _ = run(script(job, "bash -c 'echo \"$@\"; exit 1' x"), tmp_path, "a b", "c")

    assert out == "a b c\na b c\n"


def _started(content: bytes, folder: Path) -> subprocess.Popen[str]:
    (folder / "run.sh").write_bytes(content)
    process = subprocess.Popen(
        ["/bin/bash", "run.sh"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not (folder / "ready").exists():
        time.sleep(0.01)
    return process


def test_request_to_stop_reaches_the_command_and_ends_the_attempts(tmp_path: Path):
    job = replace(TIDY, retries=3, timeout=timedelta(minutes=1))
    command = "bash -c 'exec 2>&-; trap \"echo stopping; exit 5\" TERM; touch ready; while :; do sleep 0.02; done'"
    process = _started(script(job, command), tmp_path)

    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=5)

    assert (process.returncode, out, errors) == (5, "stopping\n", "")


def test_continuous_job_takes_the_scripts_place(tmp_path: Path):
    job = replace(TIDY, trigger=Trigger("always"), timeout=timedelta(seconds=1), retries=3)
    process = _started(script(job, "bash -c 'touch ready; exec sleep 5'"), tmp_path)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)

    assert process.returncode == -signal.SIGTERM


def test_program_of_the_folder_is_made_runnable_first(tmp_path: Path):
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/bash\necho works\n")
    tool.chmod(0o644)

    assert run(script(TIDY, "./tool"), tmp_path) == (0, "works\n", "")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("a && b", "contains '&&'"),
        ("a | b", "contains '|'"),
        ("a > b", "contains '>'"),
        ("a; b", "contains ';'"),
        ("a # b", "contains '#'"),
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
