"""`/api/publish` and `/api/zipdeploy`: a package by address or in the body.

Answers: Kudu.Services/Deployment/PushDeploymentController.cs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from emulator.appservice.scm.view import SiteView, base_url, truth
from emulator.appservice.spec import DeployError, OneDeploy

LIMIT_BYTES = 2 * 1024**3
CHUNK_BYTES = 1024 * 1024
log = logging.getLogger(__name__)


@dataclass
class Publisher:
    """Takes packages for one site."""

    site: SiteView
    running: set[asyncio.Task[None]] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        """Its routes."""
        return [
            web.route(verb, path, handler)
            for verb in ("POST", "PUT")
            for path, handler in (("/api/publish", self.publish), ("/api/zipdeploy", self.zipdeploy))
        ]

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
            deployer=query.get("deployer", "ZipDeploy"),
        )
        return await self._answer(request, wanted, is_async=bool(truth(query, "isasync")))

    async def _answer(self, request: web.Request, wanted: OneDeploy, *, is_async: bool) -> web.Response:
        package: Path | None = None
        try:
            self.site.deployer.check(wanted, self.site.spec, has_package=wanted.package_uri is None)
            if wanted.package_uri is None:
                package = await self._receive(request)
            if is_async:
                return self._later(request, wanted, package)
            await self.site.deploy(wanted, package)
        except DeployError as error:
            return _refusal(error)
        return web.Response()

    def _later(self, request: web.Request, wanted: OneDeploy, package: Path | None) -> web.Response:
        task = asyncio.create_task(self._run(wanted, package))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        location = f"{base_url(request)}/api/deployments/latest?deployer={wanted.deployer}"
        return web.Response(status=202, headers={"Location": location, "Retry-After": "2"})

    async def _run(self, wanted: OneDeploy, package: Path | None) -> None:
        try:
            await self.site.deploy(wanted, package)
        except DeployError as error:  # the record tells it to whoever polls
            log.warning("%s", error)

    async def _receive(self, request: web.Request) -> Path:
        """The package in the request's body, on this disk."""
        target = self.site.home.zipdeploy / f"{uuid.uuid4().hex}.zip"
        size = 0
        try:
            with target.open("wb") as file:
                async for chunk in request.content.iter_chunked(CHUNK_BYTES):
                    size += len(chunk)
                    if size > LIMIT_BYTES:
                        raise DeployError(f"package: larger than {LIMIT_BYTES} bytes; send a smaller one", status=413)
                    file.write(chunk)
        except BaseException as error:
            target.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise DeployError(f"package: cannot be stored ({error.strerror}); free some space") from error
            raise
        if size == 0:
            target.unlink(missing_ok=True)
            raise DeployError("package: the request has no body; send the zip, or JSON with packageUri", status=400)
        return target


async def _package_uri(request: web.Request) -> str | None:
    """The address in a JSON body; None when the body is the package itself."""
    if request.content_type != "application/json":
        return None
    try:
        body = json.loads(await request.text())
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
