"""One `oneplan up` (or `down`) of a folder at a time."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from oneplan.errors import OperateError

UP_LOCK = "up.lock"
"""In the state folder; held by what changes the stack as a whole."""


@contextmanager
def only_one(path: Path, command: str) -> Iterator[None]:
    """Holds the lock file while the block runs; raises OperateError naming the holder when it is held.

    The system frees the lock when its holder dies, however it dies.
    """
    path.parent.mkdir(exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperateError(_held(path)) from None
        since = f"{datetime.now().astimezone():%H:%M:%S}"
        _write(handle, {"pid": os.getpid(), "command": command, "since": since})
        yield
    finally:
        os.close(handle)


def _write(handle: int, facts: dict[str, object]) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(facts).encode(), 0)


def _held(path: Path) -> str:
    try:
        facts = json.loads(path.read_text())
        holder = f"pid {facts['pid']}, since {facts['since']}"
        who = f"another `oneplan {facts['command']}` of this folder runs ({holder})"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another `oneplan` of this folder is at work"
    return f"{path.parent.name}/{path.name}: {who}; wait for it, or stop it with Ctrl-C"
