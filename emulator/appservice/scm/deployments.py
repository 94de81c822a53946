"""`/api/deployments`: the history of deployments (Kudu.Services/Deployment/DeploymentController.cs)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from emulator.appservice.deployment import LogEntry
from emulator.appservice.scm.view import SiteView, base_url
from emulator.appservice.spec import Deployment, DeployStatus

RETRY_SECONDS = "2"


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""
    history = _History(site)
    return [
        web.get("/api/deployments", history.list),
        web.get("/api/deployments/{id}", history.one),
        web.get("/api/deployments/{id}/log", history.log),
        web.get("/api/deployments/{id}/log/{entry}", history.log_entry),
        web.delete("/api/deployments/{id}", history.delete),
    ]


@dataclass(frozen=True)
class _History:
    site: SiteView

    async def list(self, request: web.Request) -> web.Response:
        """All records, newest first, with an ETag."""
        body = [self._json(record, request) for record in self.site.deployer.records.all()]
        text = json.dumps(body)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.json_response(body, headers={"ETag": etag})

    async def one(self, request: web.Request) -> web.Response:
        """One record; `latest` is 202 while any deployment is pending."""
        record = self._find(request.match_info["id"])
        if record is None:
            return _missing(request)
        pending = not record.complete and request.match_info["id"] == "latest"
        headers = {"Location": f"{base_url(request)}/api/deployments/latest", "Retry-After": RETRY_SECONDS}
        return web.json_response(
            self._json(record, request), status=202 if pending else 200, headers=headers if pending else None
        )

    async def log(self, request: web.Request) -> web.Response:
        """The record's log."""
        record = self._find(request.match_info["id"])
        if record is None:
            return _missing(request)
        return web.json_response([_entry(entry) for entry in self.site.deployer.records.entries(record.id)])

    async def log_entry(self, request: web.Request) -> web.Response:
        """Details of one log line: there are none here."""
        return web.json_response(f"No log entry found for '{request.match_info['entry']}'.", status=404)

    async def delete(self, request: web.Request) -> web.Response:
        """Removes a record that is not active."""
        record = self.site.deployer.records.get(request.match_info["id"])
        if record is None:
            return _missing(request)
        if record.active or not record.complete:
            return web.json_response("Deployment is active and cannot be deleted.", status=409)
        self.site.deployer.records.delete(record.id)
        return web.Response()

    def _find(self, id: str) -> Deployment | None:
        records = self.site.deployer.records
        if id != "latest":
            return records.get(id)
        every = records.all()
        pending = [record for record in every if not record.complete]
        if pending:
            return pending[0]
        return max(every, key=lambda record: record.ended or record.received, default=None)

    def _json(self, record: Deployment, request: web.Request) -> dict[str, Any]:
        if not record.complete and not self.site.deployer.is_busy:  # its deployment died: Kudu says Failed at the read
            record = Deployment(
                record.id, DeployStatus.FAILED, "interrupted", record.deployer, record.received, record.started
            )
        return record.to_json(self.site.spec.name, base_url(request))


def _entry(entry: LogEntry) -> dict[str, Any]:
    return {
        "log_time": entry.time,
        "id": entry.id,
        "message": entry.message,
        "type": entry.type,
        "details_url": None,
    }


def _missing(request: web.Request) -> web.Response:
    return web.json_response(f"Deployment '{request.match_info['id']}' not found.", status=404)
