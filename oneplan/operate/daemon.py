"""The local Azure as seen from outside: is it up, and where does it listen.

It is started as a program (`python -m emulator serve`) and described by `.oneplan/daemon.json`, which it
writes when it is ready and removes when it stops cleanly. While it lives it holds a lock on
`.oneplan/daemon.lock`.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

from oneplan.errors import OperateError


@dataclass(frozen=True)
class Daemon:
    """A running local Azure."""

    pid: int
    provider_port: int
    control_url: str
    arm_url: str
    identity_url: str
    subscription_id: str
    tenant_id: str
    ca_bundle: Path
    started: str

    @classmethod
    def from_json(cls, text: str) -> Daemon:
        """Reads `daemon.json`; raises KeyError, TypeError or ValueError when it is not one."""
        facts = json.loads(text)
        return cls(
            pid=int(facts["pid"]),
            provider_port=int(facts["provider_port"]),
            control_url=facts["control_url"],
            arm_url=facts["arm_url"],
            identity_url=facts["identity_url"],
            subscription_id=facts["subscription_id"],
            tenant_id=facts["tenant_id"],
            ca_bundle=Path(facts["ca_bundle"]),
            started=facts["started"],
        )


@dataclass(frozen=True)
class State:
    """The `.oneplan` folder of a project: where the local Azure keeps everything."""

    folder: Path

    @classmethod
    def of(cls, root: Path) -> State:
        """The state folder of a project folder."""
        return cls(root.resolve() / ".oneplan")

    @property
    def token_file(self) -> Path:
        """The operator's token (mode 0600)."""
        return self.folder / "token"

    def token(self) -> str:
        """The operator's token; raises OperateError when it cannot be read."""
        try:
            return self.token_file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise OperateError(
                f"{self.token_file}: cannot be read ({error}); run `oneplan local stop` and `oneplan local start`"
            ) from error

    @property
    def log_file(self) -> Path:
        """What the local Azure printed."""
        return self.folder / "daemon.log"

    def holder(self) -> bool:
        """Whether a process holds the local Azure's lock."""
        return is_locked(self.folder / "daemon.lock")

    def find(self) -> Daemon | None:
        """The running local Azure, or None. A `daemon.json` left by a dead process counts as none."""
        try:
            daemon = Daemon.from_json((self.folder / "daemon.json").read_text())
        except (OSError, KeyError, TypeError, ValueError):
            return None  # not there, or not its own writing: that is atomic
        return daemon if is_alive(daemon.pid) and self.holder() else None

    def require(self) -> Daemon:
        """The running local Azure; raises OperateError when there is none."""
        daemon = self.find()
        if daemon is None:
            raise OperateError("local Azure: is not running; run `oneplan up`, or `oneplan local start`")
        return daemon


def is_alive(pid: int) -> bool:
    """Whether a process of this number exists (a zombie does not count)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return True


def is_locked(path: Path) -> bool:
    """Whether some process holds an exclusive lock on the file."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
