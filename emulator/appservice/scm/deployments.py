"""`/api/deployments`: the history of deployments (Kudu.Services/Deployment/DeploymentController.cs)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from emulator.appservice.deployment import LogEntry
from emulator.appservice.deployment.deployer import BUSY
from emulator.appservice.scm import foreign
from emulator.appservice.scm.view import SiteView, base_url
from emulator.appservice.spec import Deployment, DeployStatus
from emulator.http import parse_json
from emulator.webjobs import envelope

RETRY_SECONDS = "2"


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""
    history = _History(site)
    return [
        web.get("/api/deployments", history.every),
        web.get("/api/deployments/{id}", history.one),
        web.get("/api/deployments/{id}/log", history.log),
        web.get("/api/deployments/{id}/log/{entry}", history.log_entry),
        web.put("/api/deployments/{id}", history.note),
        web.delete("/api/deployments/{id}", history.delete),
    ]


@dataclass(frozen=True)
class _History:
    site: SiteView

    async def every(self, request: web.Request) -> web.Response:
        """All records, newest first, with an ETag."""
        body = [self._json(record, request) for record in self._all()]
        text = json.dumps(body)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        answer = envelope.many(request, body) if envelope.is_arm(request) else body
        return web.json_response(answer, headers={"ETag": etag})

    async def one(self, request: web.Request) -> web.Response:
        """One record; `latest` is 202 while any deployment is pending, to some clients so is one by its id."""
        record = self._find(request.match_info["id"])
        if record is None:
            return _missing(request)
        pending = not record.complete and (request.match_info["id"] == "latest" or _polls(request))
        headers = {"Location": f"{base_url(request)}/api/deployments/latest", "Retry-After": RETRY_SECONDS}
        return web.json_response(
            envelope.single(request, self._json(record, request)),
            status=202 if pending else 200,
            headers=headers if pending else None,
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

    async def note(self, request: web.Request) -> web.Response:
        """Keeps the record of a deployment done elsewhere; anything else asks for a commit, and there are none."""
        wanted, deployer = request.match_info["id"], self.site.deployer
        try:
            body = parse_json(await request.read() or b"null")
            record = foreign.record_of(wanted, body, deployer.now)
        except ValueError as error:
            return web.json_response(str(error), status=400)
        if record is None or not deployer.records.is_id(wanted):
            return web.json_response("There is no repository here to deploy from.", status=404)
        if deployer.is_busy:
            return web.Response(status=409, text=BUSY)
        if deployer.records.get(wanted) is not None:
            return web.json_response(f"Deployment with id '{wanted}' exists", status=409)
        try:
            deployer.note(record, str(body.get("details") or ""))
        except OSError as error:
            return web.json_response(f"{wanted}: cannot be kept: {error.strerror or error}", status=500)
        return web.json_response(envelope.single(request, self._json(record, request)))

    async def delete(self, request: web.Request) -> web.Response:
        """Removes a record that is not active."""
        record = self.site.deployer.records.get(request.match_info["id"])
        if record is None:
            return _missing(request)
        if self.site.deployer.is_busy:
            return web.Response(status=409, text=BUSY)
        if record.active:
            return web.json_response("Deployment is active and cannot be deleted.", status=409)
        self.site.deployer.records.delete(record.id)
        return web.Response()

    def _find(self, id: str) -> Deployment | None:
        every = self._all()
        if id != "latest":
            return next((record for record in every if record.id == id), None)
        pending = [record for record in every if not record.complete]
        if pending:
            return pending[0]
        return max(every, key=lambda record: record.ended or record.received, default=None)

    def _all(self) -> list[Deployment]:
        """Every record, newest first; one whose deployment died reads Failed, as Kudu makes it at the read."""
        every = self.site.deployer.records.all()
        if self.site.deployer.is_busy:
            return every
        return [
            record if record.complete else replace(record, status=DeployStatus.FAILED, status_text="interrupted")
            for record in every
        ]

    def _json(self, record: Deployment, request: web.Request) -> dict[str, Any]:
        return record.to_json(self.site.spec.name, base_url(request))


def _polls(request: web.Request) -> bool:
    """Whether the client is one that Kudu makes wait by the status."""
    agent = request.headers.get("User-Agent", "").lower()
    return agent.startswith(("azure-resource-manager", "vsts_"))


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
