"""The SCM site's small answers: environment, settings, processes, and the emulator's own word on the app's state."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from emulator.appservice.lifecycle import Condition
from emulator.appservice.scm.view import SiteView, base_url
from emulator.constants import VERSION

TAIL_LINES = 50


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""

    async def environment(_request: web.Request) -> web.Response:
        modified = datetime.fromtimestamp(site.home.wwwroot.stat().st_mtime, UTC)
        return web.json_response({"version": VERSION, "siteLastModified": modified.isoformat()})

    async def settings(_request: web.Request) -> web.Response:
        return web.json_response(dict(site.spec.settings))

    async def setting(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in site.spec.settings:
            return web.Response(status=404)
        return web.json_response(site.spec.settings[name])

    async def processes(request: web.Request) -> web.Response:
        condition = site.supervisor.condition if site.supervisor else None
        if condition is None or condition.pid is None:
            return web.json_response([])
        href = f"{base_url(request)}/api/processes/{condition.pid}"
        name = site.spec.name
        return web.json_response([{"id": condition.pid, "name": name, "machineName": "localhost", "href": href}])

    async def state(_request: web.Request) -> web.Response:
        if site.supervisor is None:
            return web.json_response("there is no app here, only jobs", status=404)
        return web.json_response(_state(site, site.supervisor.condition))

    async def restart(_request: web.Request) -> web.Response:
        await site.restart()
        return web.Response()

    return [
        web.get("/api/environment", environment),
        web.get("/api/settings", settings),
        web.get("/api/settings/{name}", setting),
        web.get("/api/processes", processes),
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
