"""Writes the `run.cmd` of a job on a Windows plan, and the PowerShell script that does what cmd cannot.

App Service starts `run.cmd` before any other file (Kudu.Core/Jobs/JobsManagerBase.cs). PowerShell 5.1 is on every
worker. A process has no memory limit there: Windows knows it for job objects alone, which a script cannot make.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from ncrontab import zones
from oneplan.manifest.values import Argument, Job
from oneplan.packaging.environment import Setting
from oneplan.packaging.guard import Guard
from oneplan.packaging.script import RETRY_WAIT, TRIGGERS, heading_of, in_seconds

TWIN = "_oneplan.ps1"
ARGUMENTS = "ONEPLAN_ARGUMENTS"
"""The variable that hands the arguments of a run over, as they stand."""

_NEWLINE = "\r\n"


def run_command(job: Job, origin: str) -> bytes:
    """Returns `run.cmd`: it hands its arguments to the PowerShell script beside it and passes on the exit code."""
    title, note = heading_of(job, origin)
    lines = (
        "@echo off",
        f"rem {_plain(title)}",
        f"rem {_plain(note)}",
        f"set {ARGUMENTS}=%*",
        f'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "%~dp0{TWIN}"',
        "exit /b %ERRORLEVEL%",
    )
    return (_NEWLINE.join(lines) + _NEWLINE).encode()


def run_twin(
    job: Job,
    command: str,
    variables: Mapping[str, tuple[str | Setting, ...]],
    *,
    origin: str,
    guard: Guard | None,
    retry_wait: timedelta = RETRY_WAIT,
) -> bytes:
    """Returns the PowerShell script that starts `command`, words for cmd; with a byte order mark, as 5.1 wants it."""
    title, note = heading_of(job, origin)
    head = [f"# {title}", f"# {note}", "", f"$env:JOB_NAME = {quoted(job.name)}"]
    head += [f"$env:{name} = {_value(parts)}" for name, parts in variables.items()]
    head += ["", "$settings = @{", *_settings(job, command, guard, retry_wait), "}", ""]
    text = "\n".join(head) + "\n" + _body()
    return text.replace("\n", _NEWLINE).encode("utf-8-sig")


def quoted(text: str) -> str:
    """Returns `text` as a PowerShell string in which nothing is special."""
    return "'" + text.replace("'", "''") + "'"


@cache
def _body() -> str:
    return files("oneplan.packaging").joinpath("scripts", "run.ps1").read_text(encoding="utf-8")


def _settings(job: Job, command: str, guard: Guard | None, retry_wait: timedelta) -> Iterable[str]:
    lasting = job.type == "continuous"
    limit = timedelta(0) if lasting or job.timeout is None else job.timeout
    yield f"    App = {quoted(job.app)}; Trigger = '{TRIGGERS[job.trigger.kind]}'"
    yield f"    Command = {quoted(command)}"
    yield f"    Limit = {in_seconds(limit)}; Grace = {in_seconds(job.stop_grace)} # seconds"
    yield f"    Retries = {0 if lasting else job.retries}; Pause = {in_seconds(retry_wait)}"
    yield f"    Low = ${str(job.priority == 'low').lower()}"
    defaults = [f"@({quoted(name)}, {quoted(option)})" for name, option in _defaults(job.arguments)]
    yield f"    Defaults = @({', '.join(f',{one}' if len(defaults) == 1 else one for one in defaults)})"
    if guard is None:
        yield "    Zone = ''"
        return
    wanted = guard.wanted
    yield f"    Zone = {quoted(zones.to_windows(guard.zone))}"
    yield f"    Hours = {_numbers(wanted.hours)}; Days = {_numbers(wanted.days)}"
    yield f"    Months = {_numbers(wanted.months)}; Weekdays = {_numbers(wanted.weekdays)}"


def _defaults(arguments: Iterable[Argument]) -> Iterable[tuple[str, str]]:
    for argument in arguments:
        if argument.default is not None and argument.type == "bool":
            yield argument.name, f"--{'' if argument.default.lower() == 'true' else 'no-'}{argument.name}"
        elif argument.default is not None:
            yield argument.name, f"--{argument.name}={argument.default}"


def _value(parts: tuple[str | Setting, ...]) -> str:
    """Returns the expression of a value; a setting that is missing stops the run with its name."""
    return " + ".join(quoted(part) if isinstance(part, str) else _read(part.name) for part in parts) or "''"


def _read(name: str) -> str:
    return f"$(if ($env:{name}) {{ $env:{name} }} else {{ throw '{name}: is not among the settings of this app' }})"


def _numbers(values: tuple[int, ...]) -> str:
    return f"@({', '.join(map(str, values))})"


def _plain(text: str) -> str:
    """Returns a comment in which cmd finds nothing to do; it reads `%` and carets even there."""
    return "".join(character if character.isascii() and character not in "%^&|<>" else "?" for character in text)
