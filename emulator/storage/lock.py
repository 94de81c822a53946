"""One owner for the storage folder: Azurite itself takes no lock, and two of them overwrite each other's files."""

import asyncio
import fcntl
import os
import time
from pathlib import Path

from emulator.errors import StartError

POLL_SECONDS = 0.02


class FolderLock:
    """An exclusive lock on a folder.

    Azurite inherits the handle, so after a kill of the emulator the folder stays locked until its Azurite has
    saved everything and ended; whoever starts next waits for that.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: int | None = None

    @property
    def handle(self) -> int:
        """The open file that carries the lock, for a child to inherit."""
        if self._handle is None:
            raise StartError(f"{self._folder}: not locked; call acquire first")
        return self._handle

    async def acquire(self, patience: float) -> None:
        """Take the lock.

        Raises:
            StartError: a living emulator has it, or a dead one's Azurite still has it after `patience` seconds.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not _try_lock(handle):
            owner = _owner(handle)
            if _is_alive(owner) or time.monotonic() >= deadline:
                os.close(handle)
                raise StartError(
                    f"{self._folder}: in use by another emulator (pid {owner or 'unknown'}); "
                    "stop it with `oneplan local stop`"
                )
            await asyncio.sleep(POLL_SECONDS)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Give the lock back. Without one this does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(handle: int) -> int:
    """The process that wrote its id into the lock file; 0 for none."""
    text = os.pread(handle, 20, 0)
    return int(text) if text.isdigit() else 0


def _is_alive(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
