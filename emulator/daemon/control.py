"""The control server: is it there, mend what can be mended, please stop, and the managed-identity endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from emulator.changes import Changes
from emulator.http import host_check, token_check
from emulator.identity import IdentityService, routes


def control_app(
    identity: IdentityService,
    *,
    token: str,
    health: Callable[[], Mapping[str, object]],
    restore: Callable[[], Awaitable[object]],
    stop: Callable[[], None],
    changes: Changes,
) -> web.Application:
    """The application to serve on the control port.

    Args:
        token: the administrator's token, asked for every change.
        health: what `GET /health` answers.
        restore: called by `POST /restore`, which answers the health after it.
        stop: called by `POST /shutdown`.
        changes: what `GET /changes?after=N` waits for; it answers how many there were.
    """

    async def get_health(_request: web.Request) -> web.Response:
        return web.json_response(dict(health()))

    async def post_restore(_request: web.Request) -> web.Response:
        await restore()
        return web.json_response(dict(health()))

    async def shutdown(_request: web.Request) -> web.Response:
        stop()
        return web.json_response({"state": "stopping"}, status=202)

    async def get_changes(request: web.Request) -> web.Response:
        known = request.query.get("after", "")
        count = await changes.after(int(known)) if known.isdecimal() else changes.count
        return web.json_response({"count": count})

    app = web.Application(middlewares=[host_check, token_check(token)])
    posts = [web.post("/restore", post_restore), web.post("/shutdown", shutdown)]
    app.add_routes([web.get("/health", get_health), web.get("/changes", get_changes), *posts, *routes(identity)])
    return app
