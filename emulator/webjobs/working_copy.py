"""The copy of a job's files that is run, and when it is made anew.

As CacheJobBinaries in Kudu.Core/Jobs/BaseJobRunner.cs does it.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.webjobs.errors import WorkingCopyError

CHANGE = "Job directory change detected: "
FEW_FILES = 50


@dataclass(frozen=True)
class FileEntry:
    """A file of a tree."""

    path: str
    """Relative to the tree, as spelled on disk."""

    modified: int
    """Time of the last write, in nanoseconds."""


Tree = Mapping[str, FileEntry]
"""The files of a folder by relative path in lower case."""


def scan(folder: Path) -> Tree:
    """All files below a folder.

    Raises:
        WorkingCopyError: two files differ in case alone, which the jobs engine cannot tell apart.
    """
    found: dict[str, FileEntry] = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            entry = FileEntry(path.relative_to(folder).as_posix(), path.lstat().st_mtime_ns)
            other = found.setdefault(entry.path.lower(), entry)
            if other is not entry:
                raise WorkingCopyError(
                    f"'{other.path}' and '{entry.path}' differ only in case; WebJobs need names that differ otherwise"
                )
    return found


def has_changed(
    source: Tree, working: Tree, cached: Tree, log: Callable[[str], None], *, shown: Callable[[str], str] = str
) -> bool:
    """Whether the copy no longer stands for the source; the reason is logged.

    Files that the job made in its copy do not count.

    Args:
        shown: a path as the platform writes it.
    """
    for key, entry in source.items():
        copied = working.get(key)
        if copied is None:
            log(f"{CHANGE}Job file '{shown(entry.path)}' exists in source directory but not in working directory.")
            return True
        if copied.modified != entry.modified:
            log(f"{CHANGE}Job file '{shown(entry.path)}' timestamp differs between source and working directories.")
            return True
    for key, entry in cached.items():
        if key not in source:
            log(f"{CHANGE}Job file '{shown(entry.path)}' has been deleted.")
            return True
    return False


class WorkingCopy:
    """The working copy of one job."""

    def __init__(self, parent: Path, *, shown: Callable[[str], str] = str) -> None:
        self._parent = parent
        self._shown = shown
        self._folder: Path | None = None
        self._cached: Tree = {}

    @property
    def is_small(self) -> bool:
        """Whether there is a copy, of few files."""
        return self._folder is not None and len(self._cached) <= FEW_FILES

    def refresh(
        self,
        source: Path,
        *,
        log: Callable[[str], None],
        before_copy: Callable[[], None],
        after_copy: Callable[[Path], None] = lambda _: None,
    ) -> Path:
        """The folder to run from: the present copy, or a new one when the source changed.

        Args:
            source: the job's folder.
            log: gets the reason for a new copy.
            before_copy: called before an old copy is deleted, to end what still runs in it.
            after_copy: called with a new copy.

        Raises:
            WorkingCopyError: the files cannot be copied.
        """
        try:
            tree = scan(source)
            folder = self._folder
            if folder is None or has_changed(tree, scan(folder), self._cached, log, shown=self._shown):
                before_copy()
                folder = self._copy(source)
                after_copy(folder)
        except (OSError, shutil.Error) as error:
            self._folder = None
            raise WorkingCopyError(f"{source}: {error}") from error
        self._folder, self._cached = folder, tree
        return folder

    def _copy(self, source: Path) -> Path:
        self._folder = None
        if self._parent.exists():
            shutil.rmtree(self._parent)
        name = secrets.token_hex(6)
        folder = self._parent / f"{name[:8]}.{name[8:11]}"
        shutil.copytree(source, folder, symlinks=True)
        return folder
