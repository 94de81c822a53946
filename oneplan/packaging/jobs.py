"""Decides what a job's folder in the package holds: the generated run script, `settings.job`, markers."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from oneplan.errors import PackagingError
from oneplan.manifest.values import Job, Manifest
from oneplan.packaging.entries import DISABLED, GENERATED, SETTINGS, Entry, find_entry
from oneplan.packaging.environment import exports, variables
from oneplan.packaging.guard import Guard, guard_of
from oneplan.packaging.script import Recipe, run_script
from oneplan.packaging.tree import unreadable
from oneplan.packaging.values import PackagedJob
from oneplan.packaging.windows import TWIN, run_command, run_twin

_PUBLISHED = (".dll", ".exe")
"""A script of this kind in a sub-folder stands for the whole folder, as `dotnet publish` fills it."""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that exists in the package alone."""

    content: bytes
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class JobLayout:
    """What packaging adds to a job's own files."""

    packaged: PackagedJob
    folder: Path
    """The folder that is packed: the job's, or the one its build has filled."""
    generated: Mapping[str, GeneratedFile]
    """By name inside the job's folder."""
    renames: tuple[tuple[str, str], ...] = field(default=())


def lay_out_job(manifest: Manifest, job: Job) -> JobLayout:
    """Returns the job's generated files and its entry.

    Raises:
        PackagingError: if the folder cannot be read, has nothing to start, or a file that oneplan writes itself.
    """
    where, system = relative_path(manifest, job.folder), manifest.plan.os
    folder, script = _packed(job)
    if script and not (folder / script).is_file():
        path = relative_path(manifest, folder / script)
        raise PackagingError(f"{path}: does not exist; `script` in job.yaml names a file of this folder")
    entry = find_entry(replace(job, script=script), _names(folder), system, where)
    guard = guard_of(manifest, job, where)
    scripts = _linux if system == "linux" else _windows
    generated = scripts(manifest, job, entry, guard)
    schedule = _schedule(job, guard)
    generated[SETTINGS] = GeneratedFile(_settings(job, schedule))
    if job.type == "continuous" and not job.enabled:
        generated[DISABLED] = GeneratedFile(b"")
    singleton = None if job.type == "triggered" else job.instances == "one"
    packaged = PackagedJob(job.name, job.type, GENERATED[system], schedule, singleton)
    return JobLayout(packaged, folder, generated, entry.renames)


def relative_path(manifest: Manifest, path: Path) -> str:
    """Returns a path of the project as its users write it: from the project's root, with slashes."""
    return Path(os.path.relpath(path, manifest.root)).as_posix()


def _packed(job: Job) -> tuple[Path, str | None]:
    """Returns the folder to pack, and the script as a path in it."""
    script = PurePosixPath(job.script) if job.script else None
    if script and len(script.parts) > 1 and script.suffix.lower() in _PUBLISHED:
        return job.folder / script.parent, script.name
    return job.folder, job.script


def _linux(manifest: Manifest, job: Job, entry: Entry, guard: Guard | None) -> dict[str, GeneratedFile]:
    recipe = Recipe(
        command=entry.command,
        exports=exports(manifest, job),
        origin=_origin(manifest, job),
        python=manifest.apps[job.app].runtime.language == "python",
        guard=guard,
    )
    return {GENERATED["linux"]: GeneratedFile(run_script(job, recipe), 0o755)}


def _windows(manifest: Manifest, job: Job, entry: Entry, guard: Guard | None) -> dict[str, GeneratedFile]:
    origin = _origin(manifest, job)
    twin = run_twin(job, entry.command, variables(manifest, job), origin=origin, guard=guard)
    return {GENERATED["windows"]: GeneratedFile(run_command(job, origin)), TWIN: GeneratedFile(twin)}


def _origin(manifest: Manifest, job: Job) -> str:
    return f"{relative_path(manifest, job.folder)}/job.yaml"


def _schedule(job: Job, guard: Guard | None) -> str | None:
    if job.type != "triggered" or not job.enabled:
        return None
    return guard.schedule if guard else job.trigger.schedule


def _settings(job: Job, schedule: str | None) -> bytes:
    """Returns `settings.job`; Kudu ignores a value of another JSON type without a word (JobSettings.cs)."""
    settings: dict[str, str | bool | int] = {"stopping_wait_time": round(job.stop_grace.total_seconds())}
    if schedule:
        settings["schedule"] = schedule
    if job.type == "continuous":
        settings["is_singleton"] = job.instances == "one"
    return (json.dumps(settings, indent=2, sort_keys=True) + "\n").encode()


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError as error:
        raise unreadable(error, folder) from error
