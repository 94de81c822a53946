"""Decides what a job's folder in the package holds: its entry, the generated run script, `settings.job`, markers."""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from oneplan.errors import PackagingError
from oneplan.manifest.values import Job, Manifest
from oneplan.packaging.environment import exports, quoted
from oneplan.packaging.script import check_command, run_script
from oneplan.packaging.tree import unreadable
from oneplan.packaging.values import PackagedJob

RUN_SCRIPT = "run.sh"
OWN_SCRIPT = "_run.sh"  # what a job's own run.sh is called when the generated one wraps it
SETTINGS = "settings.job"
DISABLED = "disable.job"
FOREIGN = (".cmd", ".bat", ".exe", ".ps1")
"""Endings that App Service looks for before `.sh`, and cannot run on Linux."""

INTERPRETERS = {".sh": "bash", ".py": "python3", ".php": "php", ".js": "node"}
"""Programs that start a file, in the order App Service looks for their endings (Kudu.Core/Jobs/JobsManagerBase.cs)."""

LINUX_ENDINGS = tuple(INTERPRETERS)


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that exists in the package alone."""

    content: bytes
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class JobLayout:
    """What packaging adds to a job's own files."""

    packaged: PackagedJob
    generated: dict[str, GeneratedFile]
    """By name inside the job's folder."""
    renames: tuple[tuple[str, str], ...] = field(default=())


def lay_out_job(manifest: Manifest, job: Job) -> JobLayout:
    """Returns the job's generated files and its entry.

    Raises:
        PackagingError: if the folder cannot be read, has nothing to start, or a file that oneplan writes itself.
    """
    where = relative_path(manifest, job.folder)
    names = _names(job.folder)
    endings = LINUX_ENDINGS if manifest.plan.os == "linux" else FOREIGN + LINUX_ENDINGS
    _check_names(names, endings, where)
    own = _own_entry(names, endings, where) if job.command is None and job.script is None else None
    generated = {SETTINGS: GeneratedFile(_settings(job))}
    renames: tuple[tuple[str, str], ...] = ()
    entry = own or RUN_SCRIPT
    if own is None or _needs_script(job):
        _check_linux(manifest, where)
        entry = RUN_SCRIPT
        if RUN_SCRIPT in names:
            renames = ((RUN_SCRIPT, OWN_SCRIPT),)
        command = _command(job, own, names, where)
        python = manifest.apps[job.app].runtime.language == "python"
        origin = f"{where}/job.yaml"
        script = run_script(job, command, exports=exports(manifest, job), origin=origin, python=python)
        generated[RUN_SCRIPT] = GeneratedFile(script, 0o755)
    if job.type == "continuous" and not job.enabled:
        generated[DISABLED] = GeneratedFile(b"")
    return JobLayout(_packaged(job, entry), generated, renames)


def relative_path(manifest: Manifest, path: Path) -> str:
    """Returns a path of the project as its users write it: from the project's root, with slashes."""
    return Path(os.path.relpath(path, manifest.root)).as_posix()


def _packaged(job: Job, entry: str) -> PackagedJob:
    triggered = job.type == "triggered"
    singleton = None if triggered else job.instances == "one"
    return PackagedJob(job.name, job.type, entry, _schedule(job), singleton)


def _schedule(job: Job) -> str | None:
    return job.trigger.schedule if job.type == "triggered" and job.enabled else None


def _settings(job: Job) -> bytes:
    """Returns `settings.job`; Kudu ignores a value of another JSON type without a word (JobSettings.cs)."""
    settings: dict[str, str | bool | int] = {"stopping_wait_time": round(job.stop_grace.total_seconds())}
    if schedule := _schedule(job):
        settings["schedule"] = schedule
    if job.type == "continuous":
        settings["is_singleton"] = job.instances == "one"
    return (json.dumps(settings, indent=2, sort_keys=True) + "\n").encode()


def _needs_script(job: Job) -> bool:
    once = job.type == "triggered"
    return bool(job.env or job.arguments or job.priority == "low" or (once and (job.timeout or job.retries)))


def _command(job: Job, own: str | None, names: Collection[str], where: str) -> str:
    """Returns the words the run script starts: the job's command, or an interpreter and a file."""
    if job.command is not None:
        if RUN_SCRIPT in names:
            raise PackagingError(
                f"{where}/{RUN_SCRIPT}: oneplan writes this file for a job with a command; "
                "delete it, or remove `command` from job.yaml"
            )
        return check_command(job.command, f"{where}/job.yaml")
    script = own or job.script or ""
    if not (job.folder / script).is_file():
        raise PackagingError(f"{where}/{script}: does not exist; `script` in job.yaml names a file of this folder")
    suffix = Path(script).suffix.lower()
    if suffix in FOREIGN:
        raise PackagingError(
            f"{where}/{script}: cannot run on Linux; use one of {', '.join(LINUX_ENDINGS)}, or a command"
        )
    target = OWN_SCRIPT if script == RUN_SCRIPT else script
    if suffix not in INTERPRETERS:
        return f"./{quoted(target)}"
    return f"{INTERPRETERS[suffix]} {quoted(target)}"


def _own_entry(names: Collection[str], endings: Collection[str], where: str) -> str:
    """Returns the file that App Service would find by itself: `run.*`, else the only one with an ending it knows."""
    for ending in endings:
        if f"run{ending}" in names:
            return f"run{ending}"
    candidates = sorted(name for name in names if Path(name).suffix.lower() in endings)
    if len(candidates) == 1:
        return candidates[0]
    found = f"several files App Service could start ({', '.join(candidates)})" if candidates else "nothing to start"
    raise PackagingError(f"{where}: has {found}; write `command` or `script` in job.yaml, or name a file run.sh")


def _check_linux(manifest: Manifest, where: str) -> None:
    if manifest.plan.os != "linux":
        raise PackagingError(
            f"{where}/job.yaml: a Windows plan runs only jobs with a run.* file of their own, without command, script, "
            "env, arguments, timeout, retries and low priority; leave these out, or use `os: linux`"
        )


def _check_names(names: Collection[str], endings: Collection[str], where: str) -> None:
    for name in sorted(names):
        if name in (SETTINGS, DISABLED):
            raise PackagingError(
                f"{where}/{name}: oneplan writes this file; delete it and use `trigger`, `instances`, "
                "`stop_grace` and `enabled` in job.yaml"
            )
        ending = Path(name).suffix.lower()
        if Path(name).stem.lower() == "run" and ending in FOREIGN and ending not in endings:
            raise PackagingError(
                f"{where}/{name}: App Service would start this file instead of run.sh, and cannot on Linux; "
                "rename or delete it"
            )


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError as error:
        raise unreadable(error, folder) from error
