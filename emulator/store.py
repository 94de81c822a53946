"""The resource store: what exists in the local subscription, in one SQLite file.

Every call is one transaction in write-ahead mode, so a killed process loses nothing it has answered for. ARM ids are
compared without regard to case, as Azure does, and keep the spelling they were created with.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.errors import EmulatorError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resource (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, token TEXT NOT NULL, urn TEXT NOT NULL,
    inputs TEXT NOT NULL, outputs TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resource_token ON resource (token);
"""
_COLUMNS = "id, token, urn, inputs, outputs, created, changed"
_BUSY_SECONDS = 5.0
_DAMAGE = ("not a database", "malformed", "Could not decode")
"""What SQLite says of a file whose content is wrong."""


class StoreError(EmulatorError):
    """Raised when the store's file cannot be read or written; the text says which and why."""


@dataclass(frozen=True)
class Record:
    """One resource as the local Azure knows it."""

    id: str
    """ARM id, in the spelling it was created with."""
    token: str
    """Pulumi type token, for example ``azure-native:web:WebApp``."""
    urn: str
    """URN of the Pulumi resource that created it."""
    inputs: dict[str, Any] = field(default_factory=dict)
    """Checked inputs, wire names, secrets in the clear (Azure knows them too)."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """What azure-native answers for it."""
    created: str = ""
    """Time of creation, ISO 8601, UTC."""
    changed: str = ""
    """Time of the last write, ISO 8601, UTC."""


class Store:
    """Keeps records by ARM id."""

    def __init__(self, path: Path) -> None:
        """Opens the store at ``path``, making the file (readable by its owner only) when there is none."""
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            # In WAL mode NORMAL survives a killed process; only a power cut can lose the last moments.
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise _explained(path, error) from error

    def get(self, id: str) -> Record | None:
        """Returns the record with this ARM id, or None."""
        rows = self._run(f"SELECT {_COLUMNS} FROM resource WHERE key = ?", (id.lower(),))  # noqa: S608
        return self._record(rows[0]) if rows else None

    def put(self, record: Record) -> None:
        """Writes the record, in place of an earlier one with the same id."""
        self._run(
            "INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.id.lower(),
                record.id,
                record.token,
                record.urn,
                json.dumps(record.inputs),
                json.dumps(record.outputs),
                record.created,
                record.changed,
            ),
        )

    def delete(self, id: str) -> None:
        """Forgets the record with this id; one that is not there is forgotten already."""
        self._run("DELETE FROM resource WHERE key = ?", (id.lower(),))

    def all(self, token: str | None = None) -> list[Record]:
        """Returns every record, or those of one type, sorted by id."""
        where, values = ("", ()) if token is None else ("WHERE token = ?", (token,))
        rows = self._run(f"SELECT {_COLUMNS} FROM resource {where} ORDER BY key", values)  # noqa: S608
        return [self._record(row) for row in rows]

    def below(self, id: str) -> list[Record]:
        """Returns the records whose id continues this one, the deepest first."""
        prefix = id.lower().rstrip("/") + "/"
        # "0" follows "/" in ASCII, so the half-open range holds exactly the ids that begin with the prefix.
        rows = self._run(
            f"SELECT {_COLUMNS} FROM resource WHERE key >= ? AND key < ?",  # noqa: S608
            (prefix, prefix[:-1] + "0"),
        )
        return sorted(map(self._record, rows), key=lambda record: (-record.id.count("/"), record.id))

    def close(self) -> None:
        """Closes the file; the store cannot be used afterwards."""
        with self._lock:
            self._db.close()

    def _run(self, statement: str, values: tuple[str, ...]) -> list[tuple[str, ...]]:
        try:
            with self._lock:
                return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _explained(self.path, error) from error

    def _record(self, row: tuple[str, ...]) -> Record:
        arm_id, token, urn, inputs, outputs, created, changed = row
        try:
            return Record(arm_id, token, urn, json.loads(inputs), json.loads(outputs), created, changed)
        except ValueError as error:
            raise _explained(self.path, error) from error


def _explained(path: Path, error: Exception) -> StoreError:
    """The error in one line. What SQLite could not read is not repeated: it may be long, and binary."""
    reason = str(error).partition(" with text ")[0]
    if isinstance(error, ValueError) or any(word in reason for word in _DAMAGE):
        return StoreError(
            f"{path}: damaged ({reason}); put it back from a copy, or run `oneplan local reset` to start afresh"
        )
    return StoreError(
        f"{path}: {reason}; the emulator's state must be writable: check the disk's free space and rights"
    )
