"""Writing and deleting a job's folder (Kudu.Services/Jobs/JobsController.cs, JobsManagerBase.cs)."""

import os
import shutil
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath

from emulator.webjobs.clock import Clock


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
    """Unpack a zip; entries keep their times and cannot leave the folder."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            target = folder.joinpath(*_inside(entry.filename))
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(entry) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            modified = datetime(*entry.date_time).timestamp()  # noqa: DTZ001 - a zip's times have no zone
            os.utime(target, (modified, modified))


async def remove(folder: Path, clock: Clock, *, tries: int = 3, pause_seconds: float = 2.0) -> bool:
    """Delete a folder; three tries, two seconds apart. True means it is gone."""
    for attempt in range(tries):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():  # noqa: ASYNC240 - a single stat
            return True
        if attempt + 1 < tries:
            await clock.sleep(pause_seconds)
    return False


def _inside(name: str) -> list[str]:
    """The parts of an entry's name without those that would lead elsewhere."""
    return [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
