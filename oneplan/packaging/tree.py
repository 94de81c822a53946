"""Walks a folder and lists the files that belong in a package, with the facts that show a later change."""

import os
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from oneplan.errors import PackagingError
from oneplan.packaging.ignore import IgnoreRules

LARGEST_FILE = 0xFFFF_FFFF
"""Bytes that an entry of a zip counts to."""


class Stamp(NamedTuple):
    """What the file system says of a file; two equal stamps mean unchanged content."""

    size: int
    mtime_ns: int
    inode: int
    mode: int


class FoundFile(NamedTuple):
    """A file on disk and the name it has in the package."""

    name: str
    path: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Source:
    """A folder whose files go below `prefix` (empty, or ending in a slash) in the package."""

    folder: Path
    prefix: str
    rules: IgnoreRules
    renames: tuple[tuple[str, str], ...] = ()
    """Files of the folder's root that get another name, as (name, new name)."""


def walk(source: Source) -> list[FoundFile]:
    """Returns the files of `source` in no particular order.

    Symbolic links are followed as long as they stay inside the folder.

    Raises:
        PackagingError: if a file cannot be looked at, is not a regular file, or a link leads out or in circles.
    """
    try:
        root = os.path.realpath(source.folder, strict=True)
        renames = dict(source.renames)
        found = _files(root, source)
    except OSError as error:
        raise unreadable(error, source.folder) from error
    if not renames:
        return found
    start = len(source.prefix)
    return [file._replace(name=source.prefix + renames.get(file.name[start:], file.name[start:])) for file in found]


def read_whole(path: str, size: int) -> bytes:
    """Returns the bytes of a file that had `size` of them when it was found: three calls, if it still has.

    Raises:
        OSError: if it cannot be read.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        content = os.read(handle, size + 1)
    finally:
        os.close(handle)
    if len(content) == size:
        return content
    with open(path, "rb") as opened:  # noqa: PTH123 - a Path a file costs as much as reading it
        return opened.read()


def unreadable(error: OSError, where: Path) -> PackagingError:
    """Returns the error for a path that the system refuses to open or list."""
    return PackagingError(
        f"{error.filename or where}: cannot be read ({error.strerror or error}); "
        "make it readable, or leave it out with a line in .oneplanignore"
    )


def _files(root: str, source: Source) -> list[FoundFile]:
    """Lists the files below `root`; one loop and no generator, since this is all that an unchanged package costs."""
    rules, prefix = source.rules, source.prefix
    excludes, excludes_file = rules.excludes, rules.excludes_file
    found: list[FoundFile] = []
    waiting: list[tuple[str, str, tuple[str, ...]]] = [(root, "", (root,))]
    while waiting:
        folder, relative, parents = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                own_name = entry.name
                name = relative + own_name
                linked = entry.is_symlink()
                if entry.is_dir():
                    if not excludes(name + "/"):
                        inner = _linked_folder(entry.path, parents) if linked else entry.path
                        waiting.append((inner, name + "/", (*parents, inner)))
                elif not excludes_file(name, own_name):
                    if linked:
                        _check_inside(entry.path, root)
                    facts = entry.stat()
                    if not S_ISREG(facts.st_mode) or facts.st_size > LARGEST_FILE:
                        raise _unusable(entry.path, facts.st_mode)
                    stamp = Stamp(facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_mode)
                    found.append(FoundFile(prefix + name, entry.path, stamp))
    return found


def _unusable(path: str, mode: int) -> PackagingError:
    if S_ISREG(mode):
        return PackagingError(
            f"{path}: is larger than 4 GB, the most that a file of a package can be; leave it out with a line in "
            ".oneplanignore, or keep it in a storage container"
        )
    return PackagingError(f"{path}: is not a regular file; remove it, or leave it out with a line in .oneplanignore")


def _linked_folder(path: str, parents: tuple[str, ...]) -> str:
    """Returns where a link to a folder leads, if that is inside the tree and not one of the folders above."""
    target = _check_inside(path, parents[0])
    if any(_is_within(parent, target) for parent in parents):
        raise PackagingError(f"{path}: links to a folder that contains it ({target}); remove the link")
    return target


def _check_inside(path: str, root: str) -> str:
    target = os.path.realpath(path)
    if not _is_within(target, root):
        raise PackagingError(
            f"{path}: links out of the packaged folder, to {target}; copy the file in, or leave the link out "
            "with a line in .oneplanignore"
        )
    return target


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
