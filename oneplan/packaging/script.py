"""Writes the `run.sh` of a job: what is its own at the top, and below what every run does.

App Service has none of this for a WebJob: it starts `run.sh` in the job's folder and looks at the exit code. The lower
part, `scripts/run.sh`, keeps the limits, tries again, writes a line of JSON at start and end, and reports
to Application Insights. It is POSIX sh: dash, bash and busybox run it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

from oneplan.errors import PackagingError
from oneplan.manifest import commands
from oneplan.manifest.values import Argument, Job, TriggerKind
from oneplan.packaging.environment import quoted
from oneplan.packaging.guard import Guard

RETRY_WAIT = timedelta(seconds=5)

_LOW_PRIORITY = """\
# The site's processes come first.
if chrt -i 0 true 2>/dev/null; then set -- chrt -i 0 "$@"; fi
if command -v nice >/dev/null 2>&1; then set -- nice -n 19 "$@"; fi
if [ "$(cat /proc/sys/kernel/sched_autogroup_enabled 2>/dev/null)" = 1 ]; then
    # Such a kernel lets whoever asks for shorter turns interrupt: ask for 10 ms at a time (sched_setattr).
    _turns='
import ctypes, os, struct, sys
number = {"x86_64": 314, "aarch64": 274}.get(os.uname().machine)
if number:
    batch, nice, turn = 3, 19, 10_000_000
    ctypes.CDLL(None).syscall(number, 0, struct.pack("<2IQiI3Q", 48, batch, 0, nice, 0, turn, 0, 0), 0)
os.execvp(sys.argv[1], sys.argv[1:])'
    if python3 -I -S -c "$_turns" sh -c : 2>/dev/null; then set -- python3 -I -S -c "$_turns" "$@"; fi
fi
if command -v setsid >/dev/null 2>&1; then # a session of its own, which such a kernel weighs as one
    set -- sh -c '{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec "$@"' sh "$@"
fi
"""

_GIVEN = """\
# Default arguments; one that a run by hand gives takes the default's place.
given() {
    _wanted=$1
    shift
    for _word; do
        case $_word in "--$_wanted" | "--$_wanted="* | "--no-$_wanted") return 0 ;; esac
    done
    return 1
}
"""

TRIGGERS: Mapping[TriggerKind, str] = {
    "schedule": "schedule",
    "manual": "manual",
    "queue": "queue",
    "always": "continuous",
}
"""What a report says of a run that Kudu keeps no status of."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run script is made from, besides the job itself."""

    command: str
    """The words to start, checked with `check_command`."""
    exports: Mapping[str, str]
    """The job's own variables, each as words of the shell."""
    origin: str
    """The file to edit instead of the script, as its comment names it."""
    python: bool = False
    """Whether the site is a Python one, so that its packages are made importable."""
    guard: Guard | None = None


def run_script(job: Job, recipe: Recipe, *, retry_wait: timedelta = RETRY_WAIT) -> bytes:
    """Returns the run script of `job`; `retry_wait` is the pause before its second attempt."""
    parts = [_heading(job, recipe.origin), _variables(job.name, recipe), _settings(job, recipe, retry_wait)]
    if defaults := [line for argument in job.arguments for line in _default(argument)]:
        parts.append(_GIVEN + "".join(defaults))
    command = recipe.command
    if program := command.split(maxsplit=1)[0] if command.startswith("./") else "":
        # Kudu's unzip restores no permission bits (ZipArchiveExtensions.cs).
        parts.append(f"chmod +x {program} 2>/dev/null\n")
    parts.append(f'set -- {command} "$@"\n' + (_LOW_PRIORITY if job.priority == "low" else ""))
    return "\n".join([*parts, _body()]).encode()


def check_command(command: str, where: str) -> str:
    """Returns `command` trimmed, if it is one command whose words may be followed by arguments.

    Raises:
        PackagingError: if it has several lines, an operator of the shell, a comment or an open quote.
    """
    if wrong := commands.trouble(command):
        raise PackagingError(f"{where}: command {command.strip()!r} {wrong}")
    return command.strip()


def in_seconds(span: timedelta) -> str:
    """Returns a duration in seconds as every `sleep` reads it: never as a power of ten."""
    return f"{span.total_seconds():.6f}".rstrip("0").rstrip(".")


def duration(span: timedelta) -> str:
    """Returns a duration as the manifest writes it, for instance `10m`."""
    seconds = span.total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds / length:g}{unit}"
    return f"{seconds:g}s"


@cache
def _body() -> str:
    return files("oneplan.packaging").joinpath("scripts", "run.sh").read_text(encoding="utf-8")


def heading_of(job: Job, origin: str) -> tuple[str, str]:
    """Returns the two lines of comment that open a generated script."""
    summary = " ".join(job.summary.split())
    title = f"{job.name}: {summary}" if summary else job.name
    return title, f"Written by oneplan from {origin}; edit that file instead."


def _heading(job: Job, origin: str) -> str:
    title, note = heading_of(job, origin)
    return f"#!/bin/sh\n# {title}\n# {note}\n"


def _variables(job: str, recipe: Recipe) -> str:
    lines = [f"export JOB_NAME={quoted(job)}"]
    lines += [f"export {name}={words}" for name, words in recipe.exports.items()]
    if recipe.python:
        lines += [
            'export PYTHONPATH="${PYTHONPATH:-$HOME/site/wwwroot/.python_packages/lib/site-packages}"',
            'export PYTHONUNBUFFERED="${PYTHONUNBUFFERED:-1}"',
            'export PATH="$PATH:/opt/python/3/bin"',
        ]
    return "\n".join(lines) + "\n"


def _settings(job: Job, recipe: Recipe, retry_wait: timedelta) -> str:
    """What the lower part goes by. A job that runs for ever has no limit and no retries: Kudu starts it again."""
    lasting = job.type == "continuous"
    limit = None if lasting else job.timeout
    memory = "" if job.memory is None else str(job.memory * 1024)
    return (
        f"_app={quoted(job.app)} _trigger={TRIGGERS[job.trigger.kind]} _lasting={'yes' if lasting else 'no'}\n"
        f"_limit='{in_seconds(limit) if limit else ''}' _limit_text='{duration(limit) if limit else ''}' "
        f"_grace={in_seconds(job.stop_grace)} # seconds\n"
        f"_memory='{memory}' # kilobytes of data that a process may have\n"
        f"_retries={0 if lasting else job.retries} _pause={in_seconds(retry_wait)}\n"
        f"{_guard(recipe.guard)}"
    )


def _guard(guard: Guard | None) -> str:
    if guard is None:
        return "is_time() { :; }\n_elsewhere=''\n"
    wanted = guard.wanted
    checks = [
        _check(guard.rule, "%H", wanted.hours, 24, width=2),
        _check(guard.rule, "%d", wanted.days, 31, width=2),
        _check(guard.rule, "%m", wanted.months, 12, width=2),
        _check(guard.rule, "%w", wanted.weekdays, 7, width=1),
    ]
    body = "".join(f"    {check}\n" for check in checks if check) or "    :\n"
    return (
        f"# The schedule covers every hour that may be the one in {guard.zone}; the others end here.\n"
        f"is_time() {{\n{body}}}\n_elsewhere='it is another time in {guard.zone}'\n"
    )


def _check(rule: str, form: str, values: tuple[int, ...], count: int, *, width: int) -> str:
    if len(values) == count:
        return ""
    patterns = " | ".join(f"{value:0{width}}" for value in values)
    return f"case $(TZ='{rule}' date +{form}) in {patterns}) ;; *) return 1 ;; esac"


def _default(argument: Argument) -> list[str]:
    if argument.default is None:
        return []
    option = f"--{argument.name}={quoted(argument.default)}"
    if argument.type == "bool":
        option = f"--{argument.name}" if argument.default.lower() == "true" else f"--no-{argument.name}"
    return [f'given {argument.name} "$@" || set -- {option} "$@"\n']
