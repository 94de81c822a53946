"""`/api/publish` and `/api/zipdeploy`: a package by address or in the body.

Answers: Kudu.Services/Deployment/PushDeploymentController.cs.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from emulator import bodies
from emulator.appservice.scm.view import SiteView, base_url, truth
from emulator.appservice.spec import DeployError, OneDeploy
from emulator.http import parse_json

log = logging.getLogger(__name__)


@dataclass
class Publisher:
    """Takes packages for one site."""

    site: SiteView
    running: set[asyncio.Task[DeployError | None]] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        return [
            web.route(verb, path, handler)
            for verb in ("POST", "PUT")
            for path, handler in (("/api/publish", self.publish), ("/api/zipdeploy", self.zipdeploy))
        ] + [web.post("/api/zipdeploy/validate", self.validate)]

    async def close(self) -> None:
        """Ends what runs in the background; the site's next start completes or fails it."""
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)

    async def publish(self, request: web.Request) -> web.Response:
        """OneDeploy."""
        query = {name.lower(): value for name, value in request.query.items()}
        wanted = OneDeploy(
            package_uri=await _package_uri(request),
            type=query.get("type", ""),
            clean=truth(query, "clean"),
            restart=truth(query, "restart", default=True) is not False,
            path=query.get("path"),
        )
        return await self._answer(request, wanted, is_async=bool(truth(query, "async")))

    async def zipdeploy(self, request: web.Request) -> web.Response:
        """Zip deploy: like OneDeploy with type zip, without clean unless asked for."""
        query = {name.lower(): value for name, value in request.query.items()}
        wanted = OneDeploy(
            package_uri=await _package_uri(request),
            clean=bool(truth(query, "clean")),
            deployer=query.get("deployer") or "ZipDeploy",
            author=query.get("author", ""),
            author_email=query.get("authoremail", ""),
            message=query.get("message", ""),
        )
        return await self._answer(request, wanted, is_async=bool(truth(query, "isasync")))

    async def validate(self, request: web.Request) -> web.Response:
        """Whether a zip deployment would be taken now."""
        wanted = OneDeploy(package_uri=await _package_uri(request), clean=False)
        try:
            self.site.deployer.check(wanted, self.site.spec, has_package=wanted.package_uri is None)
        except DeployError as error:
            return web.json_response({"result": str(error)}, status=400)
        return web.json_response({"result": "The deployment would be taken."})

    async def _answer(self, request: web.Request, wanted: OneDeploy, *, is_async: bool) -> web.Response:
        package: Path | None = None
        try:
            self.site.deployer.check(wanted, self.site.spec, has_package=wanted.package_uri is None)
            if wanted.package_uri is None:
                package = await self._receive(request)
            if is_async:
                return await self._later(request, wanted, package)
            await self.site.deploy(wanted, package)
        except DeployError as error:
            return _refusal(error)
        return web.Response()

    async def _later(self, request: web.Request, wanted: OneDeploy, package: Path | None) -> web.Response:
        """202, once the deployment holds the site's lock: a second one is refused at once and does not queue."""
        task = asyncio.create_task(self._run(wanted, package))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        await asyncio.sleep(0)  # its first step takes the lock, or is refused
        refused = task.result() if task.done() else None
        if refused is not None and refused.deployment is None:
            raise refused
        asked = f"deployer={quote(wanted.deployer)}&time={datetime.now(UTC):%Y-%m-%d_%H-%M-%SZ}"
        location = f"{base_url(request)}/api/deployments/latest?{asked}"
        return web.Response(status=202, headers={"Location": location, "Retry-After": "2"})

    async def _run(self, wanted: OneDeploy, package: Path | None) -> DeployError | None:
        try:
            await self.site.deploy(wanted, package)
        except DeployError as error:  # the record tells it to whoever polls
            log.warning("%s", error)
            return error
        return None

    async def _receive(self, request: web.Request) -> Path:
        """The package in the request's body, on this disk."""
        target = self.site.home.zipdeploy / f"{uuid.uuid4().hex}.zip"
        try:
            size = await bodies.receive(request, target)
        except bodies.BodyError as error:
            raise DeployError(f"package: {error}", status=error.status) from error
        except OSError as error:
            raise DeployError(f"package: cannot be stored ({error.strerror}); free some space") from error
        if size == 0:
            target.unlink(missing_ok=True)
            raise DeployError("package: the request has no body; send the zip, or JSON with packageUri", status=400)
        return target


async def _package_uri(request: web.Request) -> str | None:
    """The address in a JSON body; None when the body is the package itself."""
    if request.content_type != "application/json":
        return None
    try:
        body = parse_json(await request.read())
        return str(body["packageUri"])
    except (ValueError, KeyError, TypeError):
        return ""  # refused by the check of the request, with Kudu's number


def _refusal(error: DeployError) -> web.Response:
    """400: a JSON text; 409: plain text; else the Web API error object."""
    if error.status == 400:
        return web.json_response(str(error), status=400)
    if error.status == 409:
        return web.Response(status=409, text=str(error))
    body = {"Message": "An error has occurred.", "ExceptionMessage": str(error), "ExceptionType": "DeploymentFailed"}
    return web.json_response(body, status=error.status)
