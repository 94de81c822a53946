"""Writes the `run.sh` of a job: its variables, default arguments, priority, time limit and retries, readable.

App Service has none of these for a WebJob: it starts `run.sh` in the job's folder and looks at the exit code.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from oneplan.errors import PackagingError
from oneplan.manifest.values import Argument, Job
from oneplan.packaging.environment import quoted

RETRY_WAIT = timedelta(seconds=5)
TIMED_OUT = 124  # what timeout(1) answers
KILLED = 137  # 128 + SIGKILL: what it answers when the grace ran out too
LOW_PRIORITY = "nice -n 10"

_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$\([^()]*\)""", re.DOTALL)
_OPERATOR = re.compile(r"[();<>|&]+|(?<!\S)#")

_GIVEN = """\
# Default arguments; one that a run by hand gives takes the default's place.
given() {
    local name=$1 word
    shift
    for word; do
        case $word in "--$name" | "--$name="* | "--no-$name") return 0 ;; esac
    done
    return 1
}
"""

_RUN = """\
# Runs a command and returns its exit code; a request to stop is passed on, and the command's end awaited.
child='' stopping=''
trap 'stopping=yes; kill -TERM "$child" 2>/dev/null' TERM INT
run() {
    "$@" &
    child=$!
    wait "$child"
    local code=$?
    if [ -n "$stopping" ]; then
        wait "$child"
        code=$?
    fi
    return "$code"
}
"""


def run_script(
    job: Job,
    command: str,
    *,
    exports: Mapping[str, str],
    origin: str,
    python: bool,
    retry_wait: timedelta = RETRY_WAIT,
) -> bytes:
    """Returns the run script that starts `command` for `job`.

    Args:
        job: the job, as the manifest has it.
        command: the words to start, checked with `check_command`.
        exports: the job's own variables, each as shell words.
        origin: the file to edit instead of the script, as its comment names it.
        python: whether the site is a Python one, so that its packages are made importable.
        retry_wait: the pause before another attempt.
    """
    parts = [_heading(job, origin), _variables(job.name, exports, python=python)]
    if defaults := [line for argument in job.arguments for line in _default(argument)]:
        parts.append(_GIVEN + "".join(defaults))
    if program := command.split(maxsplit=1)[0] if command.startswith("./") else "":
        # Kudu's unzip restores no permission bits (ZipArchiveExtensions.cs).
        parts.append(f"chmod +x {program} 2>/dev/null\n")
    parts.append(_start(job, command, retry_wait))
    return "\n".join(parts).encode()


def check_command(command: str, where: str) -> str:
    """Returns `command` trimmed, if it is one command whose words may be followed by arguments.

    Raises:
        PackagingError: if it has several lines, an operator of the shell, a comment or an open quote.
    """
    text = command.strip()
    bare = _QUOTED.sub("q", text)
    if "'" in bare or '"' in bare:
        raise PackagingError(f"{where}: command {text!r} has an open quote; close it")
    operator = _OPERATOR.search(bare)
    if operator or "\n" in text or not text:
        found = repr(operator.group()) if operator else "several lines" if text else "nothing"
        raise PackagingError(f"{where}: command {text!r} contains {found}; write one command, or wrap it: sh -c '...'")
    if re.match(r"[A-Za-z_]\w*=", text):
        raise PackagingError(f"{where}: command {text!r} sets a variable; write it under env")
    return text


def duration(span: timedelta) -> str:
    """Returns a duration as the manifest writes it, for instance `10m`."""
    seconds = span.total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds / length:g}{unit}"
    return f"{seconds:g}s"


def _heading(job: Job, origin: str) -> str:
    summary = " ".join(job.summary.split())
    title = f"{job.name}: {summary}" if summary else job.name
    return f"#!/bin/bash\n# {title}\n# Written by oneplan from {origin}; edit that file instead.\n"


def _variables(job: str, exports: Mapping[str, str], *, python: bool) -> str:
    lines = [f"export JOB_NAME={quoted(job)}"]
    lines += [f"export {name}={words}" for name, words in exports.items()]
    if python:
        lines += [
            'export PYTHONPATH="${PYTHONPATH:-$HOME/site/wwwroot/.python_packages/lib/site-packages}"',
            'export PYTHONUNBUFFERED="${PYTHONUNBUFFERED:-1}"',
            'export PATH="$PATH:/opt/python/3/bin"',
        ]
    return "\n".join(lines) + "\n"


def _default(argument: Argument) -> list[str]:
    if argument.default is None:
        return []
    option = f"--{argument.name}={quoted(argument.default)}"
    if argument.type == "bool":
        option = f"--{argument.name}" if argument.default.lower() == "true" else f"--no-{argument.name}"
    return [f'given {argument.name} "$@" || set -- {option} "$@"\n']


def _start(job: Job, command: str, retry_wait: timedelta) -> str:
    words = f'{command} "$@"'
    prepare = ""
    if job.priority == "low":
        prepare = (
            f"# The site's processes come first.\nlower=()\ncommand -v nice >/dev/null && lower=({LOW_PRIORITY})\n"
        )
        words = f'"${{lower[@]}}" {words}'
    if job.type == "continuous" or not (job.timeout or job.retries):
        return f"{prepare}exec {words}\n"
    return "\n".join(filter(None, [prepare, _RUN, _attempts(job, words, retry_wait)]))


def _limit(job: Job) -> str:
    """Returns the definitions for a job with a time limit; nothing for one without."""
    if job.timeout is None:
        return ""
    seconds = job.timeout.total_seconds()
    return f"""\
# An attempt may take {duration(job.timeout)}, and {duration(job.stop_grace)} more to stop.
limit=(timeout --kill-after={job.stop_grace.total_seconds():g} {seconds:g})
if ! command -v timeout >/dev/null; then
    echo 'this machine has no timeout program, so the job runs without its time limit' >&2
    limit=()
fi
timed_out() {{
    case $code in
        {TIMED_OUT} | {KILLED}) [ $((SECONDS - started)) -ge {int(seconds)} ] ;;
        *) false ;;
    esac
}}

"""


def _attempts(job: Job, words: str, retry_wait: timedelta) -> str:
    """Returns the part that runs the command until it succeeds, at most `retries` times more."""
    call = f'run "${{limit[@]}}" {words}' if job.timeout else f"run {words}"
    expired = f"timed out after {duration(job.timeout)}" if job.timeout else ""
    count = job.retries + 1
    if count == 1:
        return f"""\
{_limit(job)}started=$SECONDS
{call}
code=$?
if timed_out; then
    code={TIMED_OUT}
    echo '{expired}' >&2
fi
exit "$code"
"""
    judge = f"    if timed_out; then code={TIMED_OUT} problem='{expired}'; fi\n" if expired else ""
    wait = f"{retry_wait.total_seconds():g}"
    return f"""\
{_limit(job)}for attempt in {{1..{count}}}; do
    started=$SECONDS
    {call}
    code=$?
    if [ "$code" -eq 0 ] || [ -n "$stopping" ]; then exit "$code"; fi
    problem="failed with exit code $code"
{judge}    if [ "$attempt" -lt {count} ]; then
        echo "attempt $attempt of {count} $problem; trying again in {wait} s" >&2
        run sleep {wait}
        if [ -n "$stopping" ]; then exit "$code"; fi
    fi
done
echo "attempt {count} of {count} $problem" >&2
exit "$code"
"""
