"""The history of a site's deployments: one folder each, written so that a kill leaves no half record.

Which records are kept: Kudu.Core/Deployment/DeploymentManager.cs (ten that ever succeeded; of the others the newest).
"""

from __future__ import annotations

import json
import re
import shutil
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from emulator.appservice.spec import Deployment, DeployStatus
from emulator.files import write_atomically

KEPT = 10
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,127}")
"""Our own are GUIDs; pipelines that note theirs take commits, numbers and dates."""


@dataclass(frozen=True)
class LogEntry:
    """One line of a deployment's log."""

    time: str
    id: str
    message: str
    type: int = 0
    """0 information, 1 warning, 2 error."""


class Records:
    """Deployment records below `site/deployments`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, id: str) -> Path:
        """The record's folder."""
        return self._folder / id

    def all(self) -> list[Deployment]:
        """Every record, newest first."""
        if not self._folder.is_dir():
            return []
        found = [self.get(entry.name) for entry in self._folder.iterdir() if entry.is_dir()]
        return sorted((record for record in found if record), key=lambda record: record.received, reverse=True)

    @staticmethod
    def is_id(id: str) -> bool:
        """Whether a record can be called so."""
        return _ID.fullmatch(id) is not None and id != "latest"

    def get(self, id: str) -> Deployment | None:
        """One record, or None."""
        if not self.is_id(id):
            return None
        try:
            values = json.loads((self.folder_of(id) / "status.json").read_bytes())
            return _from_json(values, active=self.active() == id)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, deployment: Deployment) -> None:
        """Writes a record."""
        values = asdict(deployment) | {
            name: moment.isoformat() if moment else None
            for name, moment in (
                ("received", deployment.received),
                ("started", deployment.started),
                ("ended", deployment.ended),
            )
        }
        write_atomically(self.folder_of(deployment.id) / "status.json", json.dumps(values).encode())

    def active(self) -> str | None:
        """Id of the deployment that wwwroot holds."""
        try:
            return (self._folder / "active").read_text("utf-8").strip() or None
        except OSError:
            return None

    def activate(self, id: str) -> None:
        """Remembers what wwwroot holds now."""
        write_atomically(self._folder / "active", id.encode())

    def log(self, id: str, time: datetime, message: str, type: int = 0) -> None:
        """Adds a line to the record's log."""
        entry = LogEntry(time.isoformat().replace("+00:00", "Z"), str(uuid.uuid4()), message, type)
        file = self.folder_of(id) / "log.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(entry)) + "\n")

    def entries(self, id: str) -> list[LogEntry]:
        """The record's log."""
        try:
            lines = (self.folder_of(id) / "log.jsonl").read_text("utf-8").splitlines()
        except OSError:
            return []
        return [LogEntry(**json.loads(line)) for line in lines if line.endswith("}")]

    def delete(self, id: str) -> None:
        """Removes a record."""
        shutil.rmtree(self.folder_of(id), ignore_errors=True)

    def purge(self) -> None:
        """Removes old records."""
        records = [record for record in self.all() if record.complete]
        good = [record for record in records if record.status is DeployStatus.SUCCESS]
        newest_bad = records[:1] if records and records[0].status is DeployStatus.FAILED else []
        kept = {record.id for record in (*good[:KEPT], *newest_bad)}
        for record in records:
            if record.id not in kept and not record.active:
                self.delete(record.id)


def _from_json(values: dict[str, Any], *, active: bool) -> Deployment:
    times = {name: datetime.fromisoformat(values[name]) for name in ("received", "started", "ended") if values[name]}
    deployment = Deployment(**{**values, "started": None, "ended": None, **times})
    return replace(deployment, status=DeployStatus(values["status"]), active=active)
