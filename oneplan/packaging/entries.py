"""Finds what a job starts: its command, its script, or the one file of its folder that App Service would find."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from oneplan.errors import PackagingError
from oneplan.manifest.values import Job, OperatingSystem
from oneplan.packaging import kinds
from oneplan.packaging.environment import quoted
from oneplan.packaging.script import check_command
from oneplan.packaging.windows import TWIN

SETTINGS = "settings.job"
DISABLED = "disable.job"
GENERATED = {"linux": "run.sh", "windows": "run.cmd"}
"""What App Service starts on each system; both come before any other file it could find."""

_BEFORE_SH = (".cmd", ".bat", ".exe", ".ps1")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the run script starts."""

    command: str
    """Words for the shell of the system: sh, or cmd."""
    renames: tuple[tuple[str, str], ...] = ()
    """The job's own file that makes room for the run script."""


def find_entry(job: Job, names: Collection[str], system: OperatingSystem, where: str) -> Entry:
    """Returns what starts the job; `names` are the files of its folder.

    Raises:
        PackagingError: if there is nothing to start, or more than one thing, or a file that oneplan writes itself.
    """
    _check_names(names, system, where)
    generated = GENERATED[system]
    if job.command is not None:
        if _has(names, generated):
            raise PackagingError(
                f"{where}/{generated}: oneplan writes this file for a job with a command; "
                "delete it, or remove `command` from job.yaml"
            )
        return Entry(check_command(job.command, f"{where}/job.yaml"))
    script = job.script or _own(names, system, where)
    _check_script(script, system, where)
    renames: tuple[tuple[str, str], ...] = ()
    if own := _has(names, generated):
        renames = ((own, f"_{generated}"),)
        script = f"_{generated}" if script == own else script
    return Entry(_words(script, system), renames)


def programs(names: Collection[str]) -> Collection[str]:
    """Returns the files without the libraries: a `.dll` is a program if its runtime settings lie beside it.

    `dotnet publish` writes `Nightly.dll`, `Nightly.runtimeconfig.json` and on Windows `Nightly.exe`, which is the same.
    """
    lower = {name.lower() for name in names}
    return [name for name in names if not name.lower().endswith(".dll") or _is_program(name.lower(), lower)]


def _is_program(name: str, lower: Collection[str]) -> bool:
    stem = name.removesuffix(".dll")
    return f"{stem}.runtimeconfig.json" in lower and f"{stem}.exe" not in lower


def _own(names: Collection[str], system: OperatingSystem, where: str) -> str:
    """Returns the file that App Service would find: the only `run.*`, else the only one with an ending it knows."""
    endings = kinds.endings(system)
    if system == "linux":  # an .exe there is what Windows would start
        names = [name for name in names if not name.lower().endswith(".exe")]
    known = sorted(name for name in programs(names) if _ending(name) in endings)
    called_run = [name for name in known if PurePosixPath(name).stem.lower() == "run"]
    candidates = called_run or known
    if len(candidates) == 1:
        return candidates[0]
    found = f"several files App Service could start ({', '.join(candidates)})" if candidates else "nothing to start"
    raise PackagingError(
        f"{where}: has {found}; write `command` or `script` in job.yaml, or name one file {GENERATED[system]}"
    )


def _check_script(script: str, system: OperatingSystem, where: str) -> None:
    if system == "linux" and _ending(script) in kinds.WINDOWS_ONLY:
        raise PackagingError(
            f"{where}/{script}: cannot run on Linux; use one of {', '.join(kinds.endings(system))}, or a command"
        )


def _words(script: str, system: OperatingSystem) -> str:
    """Returns the words that start a file of the job's folder."""
    program = kinds.starter(_ending(script), system)
    if system == "windows":
        return f'{program} "{script}"'.replace("/", "\\").lstrip() if program is not None else f'"{script}"'
    return f"{program} {quoted(script)}" if program else f"./{quoted(script)}"


def _check_names(names: Collection[str], system: OperatingSystem, where: str) -> None:
    for name in sorted(names):
        lower = name.lower()
        if lower in (SETTINGS, DISABLED):
            raise PackagingError(
                f"{where}/{name}: oneplan writes this file; delete it and use `trigger`, `instances`, "
                "`stop_grace` and `enabled` in job.yaml"
            )
        if lower == TWIN and system == "windows":
            raise PackagingError(f"{where}/{name}: oneplan writes this file; rename yours")
        if system == "linux" and lower in {f"run{ending}" for ending in _BEFORE_SH}:
            raise PackagingError(
                f"{where}/{name}: App Service would start this file instead of run.sh, and cannot on Linux; "
                "rename or delete it"
            )


def _has(names: Collection[str], wanted: str) -> str | None:
    """Returns the file of this name, in any case: App Service's look-up ignores it."""
    return next((name for name in sorted(names) if name.lower() == wanted), None)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
