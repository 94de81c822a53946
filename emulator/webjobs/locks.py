"""Locks between processes and instances: a file on the shared volume, held through ``flock``.

The kernel frees the lock when its holder dies, so a file that is left over without a holder means free
(Kudu.Core/Infrastructure/LockFile.cs gets the same from an exclusive open).
"""

import contextlib
import fcntl
import json
import os
import traceback
from pathlib import Path

from emulator.webjobs.clock import Clock


class FileLock:
    """One lock file; held by at most one object at a time, wherever it lives."""

    def __init__(self, path: Path, *, instance_id: str, clock: Clock) -> None:
        self.path = path
        self._instance_id = instance_id
        self._clock = clock
        self._descriptor: int | None = None

    def acquire(self, operation: str) -> bool:
        """Take the lock if it is free; false when anybody holds it, or when it cannot be written."""
        if self._descriptor is not None:
            return False
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        # the text is for people: a full disk must not keep the lock from being taken or given back
        with contextlib.suppress(OSError):
            self._describe(descriptor, operation)
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held by this object."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def is_held(self) -> bool:
        """Whether anybody holds the lock."""
        return self._descriptor is not None or is_locked(self.path)

    def _describe(self, descriptor: int, operation: str) -> None:
        body = {
            "OperationName": operation,
            "AcquiredDateTime": self._clock.now().isoformat().replace("+00:00", "Z"),
            "StackTrace": "".join(traceback.format_stack(limit=8)),
            "InstanceId": self._instance_id,
        }
        text = json.dumps(body, indent=2).encode()
        # spaces cover what a longer text left: truncating a file can take milliseconds
        os.pwrite(descriptor, text.ljust(os.fstat(descriptor).st_size), 0)


def is_locked(path: Path) -> bool:
    """Whether some process holds that file locked."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
