"""The state folder `.oneplan`: its lock, the administrator's token, and the file that says where the daemon is."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from emulator.errors import StartError
from emulator.files import write_atomically


@dataclass
class StateFolder:
    """One state folder, held by one daemon."""

    root: Path
    _lock: int | None = field(default=None, repr=False)

    @property
    def ready_file(self) -> Path:
        """`daemon.json`: there while a daemon is ready."""
        return self.root / "daemon.json"

    def prepare(self) -> None:
        """Makes the folder, readable by its owner only.

        Raises:
            StartError: it cannot be made or written.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
            (self.root / "daemon.lock").touch(mode=0o600)
        except OSError as error:
            raise StartError(
                f"{self.root}: cannot be written ({error.strerror}); choose another folder with --root"
            ) from error

    def acquire(self) -> None:
        """Takes the folder's lock; it is let go when this process ends, however it ends.

        Raises:
            StartError: another daemon has it, or the folder cannot be written.
        """
        self.prepare()
        handle = os.open(self.root / "daemon.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise StartError(
                f"{self.root}: the local Azure already runs here (pid {holder}); "
                "use it, or stop it with `oneplan local stop`"
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._lock = handle
        self.ready_file.unlink(missing_ok=True)  # left by one that was killed

    def is_ours(self) -> bool:
        """Whether the lock that is held is still the one in the folder: that may have been deleted, or replaced."""
        if self._lock is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._lock), (self.root / "daemon.lock").stat())
        except FileNotFoundError:
            return False
        except OSError:
            return True  # it is there and cannot be looked at now

    def release(self) -> None:
        """Lets the lock go."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def token(self) -> str:
        """The administrator's token, made at the first start.

        Raises:
            StartError: the file cannot be read or written.
        """
        file = self.root / "token"
        try:
            with suppress(FileNotFoundError):
                if text := file.read_text("ascii").strip():
                    return text
            text = secrets.token_hex(32)
            write_atomically(file, text.encode(), mode=0o600)
        except (OSError, UnicodeDecodeError) as error:
            raise StartError(f"{file}: {error}; delete the file, it is made anew") from error
        return text

    def announce(self, facts: Mapping[str, object]) -> None:
        """Says that the daemon is ready, and where."""
        write_atomically(self.ready_file, (json.dumps(dict(facts), indent=2) + "\n").encode(), mode=0o600)

    def withdraw(self) -> None:
        """Says that it no longer is; where the folder was replaced, what another daemon says there stays."""
        if self.is_ours():
            self.ready_file.unlink(missing_ok=True)
