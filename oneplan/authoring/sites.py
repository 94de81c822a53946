"""An existing site's WebJobs, read from its folder or from a zip of it, without trusting either.

Where App Service looks for jobs: https://github.com/projectkudu/kudu/wiki/WebJobs. `data/jobs` holds run history only.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Literal

from oneplan.authoring.errors import AuthoringError

JobType = Literal["triggered", "continuous"]

MOST_FILES = 20_000
MOST_BYTES = 1 << 29
"""Of all jobs together; what belongs to a WebJob's program is a few MB."""

_FOLDERS = ("", "jobs", "App_Data/jobs", "wwwroot/App_Data/jobs", "site/wwwroot/App_Data/jobs", "site/jobs")
_JOB = re.compile(
    r"((?:.*/)?(?:App_Data|site)/jobs/|jobs/|)(triggered|continuous)/([^/]+)/(.+)", re.IGNORECASE | re.DOTALL
)
_DAMAGED = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One file of a job."""

    path: str
    """In the folder or the zip."""
    size: int
    """Bytes, as the folder or the zip says."""
    executable: bool
    open: Callable[[], IO[bytes]]

    def content(self) -> bytes:
        """Returns what is in it; raises AuthoringError when it is damaged, or more than its size says."""
        try:
            with self.open() as stream:
                content = stream.read(self.size + 1)
        except _DAMAGED as error:
            raise AuthoringError(f"{self.path}: cannot be read ({error}); make the copy of the site anew") from error
        if len(content) != self.size:
            raise AuthoringError(f"{self.path}: is not of the size it is said to have; make the copy of the site anew")
        return content


@dataclass(frozen=True, slots=True)
class SiteJob:
    """One job's folder as it is on the site."""

    type: JobType
    name: str
    files: Mapping[str, SiteFile]
    """By path in the job's folder, with slashes."""

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.type}/{self.name}"


def site_jobs(path: Path) -> tuple[SiteJob, ...]:
    """Returns the jobs below a jobs folder, a wwwroot, a HOME, or in a zip of one of them, sorted.

    Raises:
        AuthoringError: there are none, or something in it is unsafe: a link, a path that leads outside, too much.
    """
    if path.is_dir():
        found = dict(_folder(path))
    elif zipfile.is_zipfile(path):
        found = dict(_zip(path))
    else:
        what = "is neither a folder nor a zip" if path.exists() else "does not exist"
        raise AuthoringError(f"{path}: {what}; give a site's wwwroot or HOME, its App_Data/jobs, or a zip of one")
    jobs: dict[tuple[JobType, str], dict[str, SiteFile]] = {}
    roots: dict[tuple[JobType, str], str] = {}
    # App Service looks at App_Data/jobs first; a job of the same name in site/jobs never runs.
    for name in sorted(found, key=lambda name: (not name.lower().rpartition("app_data/jobs/")[1], name)):
        if match := _JOB.fullmatch(name):
            kind: JobType = "triggered" if match[2].lower() == "triggered" else "continuous"
            if roots.setdefault((kind, match[3]), match[1]) == match[1]:
                jobs.setdefault((kind, match[3]), {})[match[4]] = found[name]
    if not jobs:
        raise AuthoringError(f"{path}: holds no jobs; they are in App_Data/jobs/triggered and App_Data/jobs/continuous")
    _require_bearable(path, [file for files in jobs.values() for file in files.values()])
    return tuple(SiteJob(kind, name, files) for (kind, name), files in sorted(jobs.items()))


def _require_bearable(path: Path, files: list[SiteFile]) -> None:
    if len(files) > MOST_FILES:
        raise AuthoringError(
            f"{path}: its jobs have {len(files)} files, more than {MOST_FILES}; import fewer at a time"
        )
    if (total := sum(file.size for file in files)) > MOST_BYTES:
        raise AuthoringError(
            f"{path}: its jobs have {total >> 20} MiB, more than {MOST_BYTES >> 20}; move data to a storage container"
        )


def _folder(root: Path) -> Iterator[tuple[str, SiteFile]]:
    for candidate in _FOLDERS:
        folder = _in_any_case(root, candidate)
        for kind in ("triggered", "continuous"):
            jobs = _in_any_case(folder, kind) if folder else None
            if jobs is not None and jobs.is_dir():
                yield from _walk(jobs, f"{candidate}/{kind}".lstrip("/"))


def _in_any_case(folder: Path, path: str) -> Path | None:
    """The folder of that name below another; App Service on Windows does not look at capitals."""
    for step in filter(None, path.split("/")):
        if not folder.is_dir():
            return None
        names = {each.name.lower(): each.name for each in sorted(folder.iterdir(), reverse=True)}
        if step not in names.values() and step.lower() not in names:
            return None
        folder = folder / (step if (folder / step).exists() else names[step.lower()])
    return folder


def _walk(top: Path, prefix: str) -> Iterator[tuple[str, SiteFile]]:
    waiting = [(top, prefix)]
    while waiting:
        folder, before = waiting.pop()
        for entry in os.scandir(folder):
            name, path = f"{before}/{entry.name}", Path(entry.path)
            facts = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(facts.st_mode):
                waiting.append((path, name))
            elif stat.S_ISREG(facts.st_mode):
                is_program = bool(facts.st_mode & stat.S_IXUSR)
                yield _checked(name), SiteFile(name, facts.st_size, is_program, partial(_reader, path))
            else:
                raise AuthoringError(f"{path}: is a link or no ordinary file; put the file itself there")


def _reader(path: Path) -> IO[bytes]:
    return path.open("rb")


def _zip(path: Path) -> Iterator[tuple[str, SiteFile]]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise AuthoringError(f"{path}: is a damaged zip ({error}); make it anew") from error
    seen: set[str] = set()
    for entry in archive.infolist():
        # .NET before 4.6.1 wrote backslashes.
        name = entry.filename.replace("\\", "/")
        if name.endswith("/") or not _JOB.fullmatch(name):
            continue
        mode = entry.external_attr >> 16
        if stat.S_ISLNK(mode):
            raise AuthoringError(f"{path}: {name} is a link; put the file itself there")
        if entry.flag_bits & 1:
            raise AuthoringError(f"{path}: {name} is encrypted; make the zip without a password")
        if name in seen:
            raise AuthoringError(f"{path}: {name} is there twice; make the zip anew")
        seen.add(name)
        is_program = bool(mode & stat.S_IXUSR)
        yield _checked(name), SiteFile(name, entry.file_size, is_program, partial(archive.open, entry))


def _checked(name: str) -> str:
    """A path that stays where it is put."""
    steps = name.split("/")
    if name.startswith("/") or not all(steps) or {".", ".."} & set(steps) or ":" in name or not name.isprintable():
        raise AuthoringError(
            f"{name!r}: leads outside or is no name of a file; nothing is imported from such an archive"
        )
    return name
