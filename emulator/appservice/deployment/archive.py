"""Reading a package safely: no entry gets outside its folder, no archive fills the disk.

Times and modes follow Kudu.Core/Infrastructure/ZipArchiveExtensions.cs: the archive's time is read as UTC, Unix modes
are not restored (on the `/home` share every file may be executed anyway), a link becomes a file holding its target.
"""

from __future__ import annotations

import calendar
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from emulator.errors import EmulatorError

FILE_MODE = 0o755
_DRIVE = re.compile(r"^[A-Za-z]:")


class ArchiveError(EmulatorError):
    """Raised when a package is not a zip, is damaged, or would write where it must not."""


@dataclass(frozen=True)
class Limits:
    """What a package may hold."""

    total_bytes: int = 4 * 1024**3
    entries: int = 200_000
    ratio: int = 200
    """How many times larger than the archive its content may be, once it is above `ratio_from_bytes`."""
    ratio_from_bytes: int = 256 * 1024**2


@dataclass(frozen=True)
class Entry:
    """One file of a package."""

    name: str
    """Relative path with forward slashes, checked."""
    modified: float
    """Seconds since the epoch."""
    info: zipfile.ZipInfo


def read_entries(package: Path, archive: zipfile.ZipFile, limits: Limits) -> tuple[list[Entry], list[str]]:
    """The files of a package, and warnings for its log.

    Raises:
        ArchiveError: an entry leads outside, or the content is too large.
    """
    infos = archive.infolist()
    _check_size(package, infos, limits)
    files: dict[str, Entry] = {}
    warnings: list[str] = []
    for info in infos:
        name = _checked_name(info.filename)
        if "\\" in info.filename and not warnings:
            warnings.append(f"{info.filename!r}: names with backslashes were read as folders; zip with forward slashes")
        if stat.S_ISLNK(info.external_attr >> 16):
            warnings.append(f"{name}: links are not restored; it becomes a file that holds the target's name")
        if name and not info.filename.endswith(("/", "\\")):
            files[name] = Entry(name, float(calendar.timegm((*info.date_time, 0, 1, 0))), info)
    _check_no_file_is_folder(files)
    return list(files.values()), warnings


def extract(
    archive: zipfile.ZipFile, entries: Iterable[Entry], folder: Path, *, done: Callable[[int], None] = lambda _: None
) -> None:
    """Writes the entries below `folder`, with the archive's times; `done` is told each file's size.

    Raises:
        ArchiveError: an entry is damaged.
    """
    made: set[Path] = set()
    for entry in entries:
        target = folder / entry.name
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        try:
            with archive.open(entry.info) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1024 * 1024)
                os.fchmod(sink.fileno(), FILE_MODE)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise ArchiveError(f"package: {entry.name!r} cannot be read ({error}); build the package again") from error
        os.utime(target, (entry.modified, entry.modified))
        done(entry.info.file_size)


def open_archive(package: Path) -> zipfile.ZipFile:
    """The package, opened.

    Raises:
        ArchiveError: it is not a zip archive.
    """
    try:
        return zipfile.ZipFile(package)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise ArchiveError(f"package: not a readable zip archive ({error}); build the package again") from error


def _checked_name(raw: str) -> str:
    """The entry's path, without `.` parts."""
    name = raw.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts or "\0" in name:
        raise ArchiveError(f"package: entry {raw!r} leads outside the site; expected names relative to its root")
    return "/".join(parts)


def _check_size(package: Path, infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.entries:
        raise ArchiveError(f"package: {len(infos)} entries; at most {limits.entries} are allowed")
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        raise ArchiveError(f"package: holds {total} bytes; at most {limits.total_bytes} are allowed")
    if total > limits.ratio_from_bytes and total > limits.ratio * package.stat().st_size:
        raise ArchiveError(
            f"package: unpacks to more than {limits.ratio} times its size ({total} bytes); this looks like a zip bomb"
        )


def _check_no_file_is_folder(files: dict[str, Entry]) -> None:
    for name in files:
        for parent in PurePosixPath(name).parents:
            if str(parent) in files:
                raise ArchiveError(f"package: {str(parent)!r} is both a file and a folder; build the package again")
