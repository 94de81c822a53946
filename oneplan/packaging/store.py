"""Files under `.oneplan/`: written whole or not at all, and locked where two builds would do the same work."""

import errno
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from oneplan.errors import PackagingError

STATE_FOLDER = ".oneplan"
"""Where a project keeps what can be made again."""

_TEMPORARY = ".tmp-"
_ABANDONED_SECONDS = 3600
_BUFFER_BYTES = 256 * 1024


@contextmanager
def written_whole(path: Path, *, mode: int = 0o644, lasting: bool = True) -> Iterator[BinaryIO]:
    """Gives a file to write that takes the place of `path` at the end, or vanishes after an error.

    One that is not `lasting` may be empty or cut short after a loss of power, which its reader has to notice.

    Raises:
        PackagingError: if the disk is full or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
        try:
            with os.fdopen(handle, "wb", _BUFFER_BYTES) as out:
                yield out
                out.flush()
                if lasting:
                    os.fsync(out.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritable(error, path) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock file `path`, waiting for whoever has it; the system frees it when its holder dies."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise unwritable(error, path) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def unwritable(error: OSError, where: Path) -> PackagingError:
    """Returns the error for a file that the system refuses to write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return PackagingError(f"{where}: the disk is full; free some space and run the command again")
    return PackagingError(f"{where}: cannot be written ({error.strerror or error}); check the folder's permissions")


def _sweep(folder: Path) -> None:
    """Removes what killed builds left behind."""
    for leftover in folder.glob(f"{_TEMPORARY}*"):
        with suppress(FileNotFoundError):  # another build may be sweeping too
            if time.time() - leftover.stat().st_mtime > _ABANDONED_SECONDS:
                leftover.unlink()
