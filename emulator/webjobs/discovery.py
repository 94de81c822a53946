"""Which jobs a site has, and where they are written.

As Kudu.Core/Jobs/JobsManagerBase.cs and AggregateJobsManagerBase.cs do it.
"""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from emulator.files import is_plain_name
from emulator.webjobs.errors import JobNotFound
from emulator.webjobs.hosts import choose
from emulator.webjobs.job import Job, JobType
from emulator.webjobs.layout import Layout

log = logging.getLogger(__name__)


class Discovery:
    """Finds jobs in the two roots; the primary one goes first."""

    def __init__(self, layout: Layout, *, is_package_mounted: bool) -> None:
        self._layout = layout
        self._is_package_mounted = is_package_mounted
        self._masked = {kind: {name.lower() for name in self._names(0, kind)} for kind in JobType}
        self._reported: set[Path] = set()

    def jobs(self, type: JobType) -> Iterator[Job]:
        """All jobs of a type: the primary root's, then those of the secondary root.

        Names that were in the primary root when the engine started are hidden from the secondary one.
        """
        primary = [(self._layout.primary_root, name) for name in self._names(0, type)]
        secondary = [
            (self._layout.secondary_root, name)
            for name in self._names(1, type)
            if name.lower() not in self._masked[type]
        ]
        for root, name in (*primary, *secondary):
            if (job := self._job(root, type, name)) is not None:
                yield job

    def find(self, type: JobType, name: str) -> Job | None:
        """The job of that name, in any case.

        A folder of that name in the primary root decides, even when nothing in it can run.
        """
        for root in self._layout.roots:
            if (actual := self.actual_name(root, type, name)) is not None:
                return self._job(root, type, actual)
        return None

    def writable(self, type: JobType, name: str) -> Path:
        """The folder where a job of that name is, or would be, written.

        Raises:
            JobNotFound: the name would lead outside the jobs' folder.
        """
        if not is_plain_name(name):
            raise JobNotFound(f"'{name}': is no name of a job; expected letters, digits, '-' and '_'")
        if self._is_package_mounted:
            candidates: tuple[Path, ...] = (self._layout.secondary_root,)
        else:
            candidates = self._layout.roots
        for root in candidates:
            if (actual := self.actual_name(root, type, name)) is not None:
                return root / type / actual
        return candidates[0] / type / name

    def findable_for_writing(self, type: JobType, name: str) -> Job | None:
        """The job of that name if its files may be changed."""
        folder = self.writable(type, name)
        return self._job(folder.parent.parent, type, folder.name) if folder.is_dir() else None

    def folders(self, type: JobType) -> set[str]:
        """The names of all folders of a type, jobs or not."""
        return {*self._names(0, type), *self._names(1, type)}

    def actual_name(self, root: Path, type: JobType, name: str) -> str | None:
        """A folder's name as it is on disk; names compare without case."""
        if not is_plain_name(name):
            return None
        if (root / type / name).is_dir():
            return name
        names = _folders(root / type)
        return next((found for found in names if found.lower() == name.lower()), None)

    def _names(self, root: int, type: JobType) -> list[str]:
        return sorted(_folders(self._layout.roots[root] / type), key=str.lower)

    def _job(self, root: Path, type: JobType, name: str) -> Job | None:
        folder = root / type / name
        directory, files = script_directory(folder)
        chosen = choose(files)
        if chosen is None:
            self._report(folder)
            return None
        self._reported.discard(folder)
        return Job(name, type, folder, directory, *chosen)

    def _report(self, folder: Path) -> None:
        """App Service says nothing about such a folder; here it is said once."""
        if folder not in self._reported and folder.is_dir():
            self._reported.add(folder)
            log.warning("%s: nothing in it can run, so it is no job; expected run.sh", folder)


def script_directory(folder: Path) -> tuple[Path, list[str]]:
    """The folder itself or, as long as its only entry is a folder, that one; and the files in it, in order."""
    entries = _entries(folder)
    while len(entries) == 1 and _is(entries[0].is_dir):
        folder /= entries[0].name
        entries = _entries(folder)
    return folder, sorted((entry.name for entry in entries if _is(entry.is_file)), key=str.lower)


def _folders(parent: Path) -> list[str]:
    return [entry.name for entry in _entries(parent) if _is(entry.is_dir)]


def _entries(parent: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(parent) as entries:
            return list(entries)
    except OSError:
        return []


def _is(question: Callable[[], bool]) -> bool:
    """The answer; no for a link that leads round in a circle, or to where we may not look."""
    try:
        return question()
    except OSError:
        return False
