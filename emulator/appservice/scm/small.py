"""The SCM site's small answers: environment, what is not there, and the emulator's own word on the app's state."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from emulator.appservice.lifecycle import Condition
from emulator.appservice.scm.view import SiteView
from emulator.constants import VERSION

TAIL_LINES = 50


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""

    async def environment(_request: web.Request) -> web.Response:
        modified = datetime.fromtimestamp(site.home.wwwroot.stat().st_mtime, UTC)
        return web.json_response({"version": VERSION, "siteLastModified": modified.isoformat()})

    async def info(_request: web.Request) -> web.Response:
        return web.json_response({"type": "None", "git_url": None})

    async def command(_request: web.Request) -> web.Response:
        reason = (
            "command: no shell is offered over HTTP; use a terminal, or a job, and this site's files below /api/vfs"
        )
        return web.json_response({"Message": reason}, status=403)

    async def state(_request: web.Request) -> web.Response:
        if site.supervisor is None:
            return web.json_response("there is no app here, only jobs", status=404)
        return web.json_response(_state(site, site.supervisor.condition))

    async def restart(_request: web.Request) -> web.Response:
        await site.restart()
        return web.Response()

    return [
        web.get("/api/environment", environment),
        web.get("/api/scm/info", info),
        web.post("/api/command", command),
        web.get("/api/oneplan/state", state),
        web.post("/api/app/restart", restart),
    ]


def _state(site: SiteView, condition: Condition) -> dict[str, object]:
    health = site.health.last if site.health else None
    return {
        "state": str(condition.state),
        "pid": condition.pid,
        "started": condition.started.isoformat() if condition.started else None,
        "last_exit": condition.last_exit,
        "last_error": condition.last_error,
        "restarts": condition.restarts,
        "default_page": condition.default_page,
        "deploying": site.deployer.is_busy,
        "health": None
        if health is None
        else {
            "path": health.path,
            "status": health.status,
            "healthy": health.is_healthy,
            "failures": health.failures,
            "at": health.at.isoformat(),
        },
        "log_tail": list(site.console.tail)[-TAIL_LINES:] if site.console else [],
    }
