"""Putting an unpacked package in place: what KuduSync does, but each file changes in one step.

Rules: projectkudu/KuduSync.NET and Kudu.Core/Deployment/Generator/OneDeployBuilder.cs. A clean sync removes everything
that is not in the package, App_Data included, and copies files whose time differs; without clean every file is
written and nothing removed. Names on the ignore list are neither copied nor removed, wherever they are.

The unpacked files are moved, not copied; what was to be done is in a journal beside them, so an interrupted sync is
simply done again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from emulator.files import write_atomically

IGNORED = frozenset({".git", ".hg", ".deployment", "deploy.cmd", ".deploy.sh"})


@dataclass(frozen=True)
class Journal:
    """What a sync does."""

    target: str
    """Absolute path of the folder to bring in line."""
    clean: bool
    files: Mapping[str, float]
    """Every file of the package with its time, also those that were not unpacked because they are the same."""

    def save(self, file: Path) -> None:
        """Writes it in one step; from then on the sync will be completed, whatever happens."""
        write_atomically(file, json.dumps(asdict(self)).encode())

    @staticmethod
    def load(file: Path) -> Journal | None:
        """The journal, or None when there is none."""
        try:
            return Journal(**json.loads(file.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Changes:
    """What a sync did."""

    written: int
    removed: int


def is_ignored(name: str) -> bool:
    """True for a path with a part on the ignore list."""
    return not IGNORED.isdisjoint(PurePosixPath(name).parts)


def needs_copy(target: Path, name: str, modified: float, *, clean: bool) -> bool:
    """Whether a file of the package is to be written: by time when cleaning, else always."""
    if is_ignored(name):
        return False
    if not clean or _has_link(target, name):
        return True
    try:
        return (target / name).lstat().st_mtime != modified
    except OSError:
        return True


def sync(staged: Path, journal: Journal) -> Changes:
    """Brings the target in line. May be repeated after it was interrupted."""
    target = Path(journal.target)
    target.mkdir(parents=True, exist_ok=True)
    removed = _remove_others(target, journal.files) if journal.clean else 0
    written = 0
    made: set[PurePosixPath] = set()
    for name in journal.files:
        source = staged / name
        if source.is_file():
            folder = PurePosixPath(name).parent
            if folder not in made:
                _make_folder(target, folder)
                made.add(folder)
            destination = target / name
            if destination.is_dir() and not destination.is_symlink():
                shutil.rmtree(destination)
            os.replace(source, destination)  # noqa: PTH105 - both on the same disk; replaces a link itself
            written += 1
    return Changes(written, removed)


def _remove_others(target: Path, files: Mapping[str, float]) -> int:
    """Removes, deepest first, what the package does not have; links are removed, never followed."""
    kept = {str(parent) for name in files for parent in PurePosixPath(name).parents} | set(files)
    removed = 0
    for folder, folders, names in os.walk(target, topdown=False, followlinks=False):
        for entry in (*names, *folders):
            path = Path(folder) / entry
            relative = path.relative_to(target).as_posix()
            if is_ignored(relative) or (relative in kept and not (entry in folders and path.is_symlink())):
                continue
            removed += _remove(path)
    return removed


def _remove(path: Path) -> int:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return 1
    try:
        path.rmdir()
    except OSError:  # it holds something on the ignore list
        return 0
    return 1


def _make_folder(target: Path, relative: PurePosixPath) -> None:
    """Makes the folder as real folders all the way: a link or file in its place is removed."""
    place = target
    for part in relative.parts:
        place /= part
        if place.is_symlink() or place.is_file():
            place.unlink()
        place.mkdir(exist_ok=True)


def _has_link(target: Path, name: str) -> bool:
    place = target
    for part in PurePosixPath(name).parts:
        place /= part
        if place.is_symlink():
            return True
    return False
