"""Writing and deleting a job's folder (Kudu.Services/Jobs/JobsController.cs, JobsManagerBase.cs)."""

import contextlib
import os
import shutil
import zipfile
import zlib
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath

from emulator.webjobs.clock import Clock
from emulator.webjobs.site import Offload

LIMIT_BYTES = 4 * 1024**3
RATIO = 200
RATIO_FROM_BYTES = 256 * 1024**2
"""An archive of a job may hold so much, and above the last figure no more than so many times its own size."""

_DAMAGE = (ValueError, RuntimeError, EOFError, zlib.error)


def store(folder: Path, content: Path, *, file_name: str, is_archive: bool) -> None:
    """Replace a job's folder by the content of an archive, or by a single file.

    Raises:
        zipfile.BadZipFile: the archive is none.
        OSError: the folder cannot be written.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    if is_archive:
        unpack(content, folder)
    else:
        shutil.copyfile(content, folder / PurePosixPath(file_name.replace("\\", "/")).name)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip; entries keep their times, cannot leave the folder, and links become files.

    Raises:
        zipfile.BadZipFile: it is none, is damaged, or unpacks to far more than its size.
        OSError: the folder cannot be written.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            _check_size(opened, archive.stat().st_size)
            for entry in opened.infolist():
                _write(opened, entry, folder)
    except (*_DAMAGE, NotADirectoryError, IsADirectoryError, FileExistsError) as error:
        # a name with a zero byte, a password, a method nobody knows, an end too early, a file that is a folder too
        raise zipfile.BadZipFile(str(error)) from error


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    target = folder.joinpath(*_inside(entry.filename))
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    with contextlib.suppress(ValueError, OverflowError):  # a date that does not exist: the time of unpacking then
        modified = datetime(*entry.date_time).timestamp()  # noqa: DTZ001 - a zip's times have no zone
        os.utime(target, (modified, modified))


def _check_size(archive: zipfile.ZipFile, packed: int) -> None:
    total = sum(entry.file_size for entry in archive.infolist())
    if total > LIMIT_BYTES or (total > RATIO_FROM_BYTES and total > RATIO * packed):
        raise zipfile.BadZipFile(f"it unpacks to {total} bytes, {total // max(1, packed)} times its size")


async def remove(folder: Path, clock: Clock, offload: Offload, *, tries: int = 3, pause_seconds: float = 2.0) -> bool:
    """Delete a folder; three tries, two seconds apart. True means it is gone."""
    for attempt in range(tries):
        await offload(partial(shutil.rmtree, folder, ignore_errors=True))
        if not folder.exists():  # noqa: ASYNC240 - a single stat
            return True
        if attempt + 1 < tries:
            await clock.sleep(pause_seconds)
    return False


def _inside(name: str) -> list[str]:
    """The parts of an entry's name without those that would lead elsewhere."""
    return [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
