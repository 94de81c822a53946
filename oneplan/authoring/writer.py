"""Writes files in a way that can be taken back: new ones never over old ones, edited ones in one step."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from oneplan.authoring.errors import AuthoringError


class Writer:
    """Remembers what it did, so that `undo` leaves the disk as it was."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def create(self, path: Path, content: bytes, mode: int = 0o644) -> None:
        """Writes a new file, with the folders above it.

        Raises:
            AuthoringError: something of that name is there.
        """
        self._folders(path.parent)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        except FileExistsError as error:
            raise AuthoringError(f"{path}: is there already; nothing is overwritten, move it away first") from error
        self._undo.append(lambda: path.unlink(missing_ok=True))
        with os.fdopen(handle, "wb") as out:
            out.write(content)

    def replace(self, path: Path, before: bytes, after: bytes) -> None:
        """Replaces a file's content in one step; a link stays one, and so do the file's rights.

        Raises:
            AuthoringError: the file does not hold `before` any more.
        """
        real = path.resolve()
        if real.read_bytes() != before:
            raise AuthoringError(f"{path}: was changed meanwhile by another program; run the command again")
        _swap(real, after)
        self._undo.append(lambda: _swap(real, before))

    def undo(self) -> None:
        """Takes back everything, the last first."""
        while self._undo:
            self._undo.pop()()

    def _folders(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            self._undo.append(lambda each=each: _remove_empty(each))  # type: ignore[misc]
        if not folder.is_dir():
            raise AuthoringError(f"{folder}: is not a folder; move it away first")


def _swap(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        draft.chmod(stat.S_IMODE(path.stat().st_mode))
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _remove_empty(folder: Path) -> None:
    """Removes a folder that was made for a file; somebody else's files in it keep it."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


@contextmanager
def editing(root: Path) -> Iterator[None]:
    """Holds the project while the block edits its files; waits for another command that does.

    The lock is the folder's own, so that no file is left behind, and ends with its holder.
    """
    handle = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
