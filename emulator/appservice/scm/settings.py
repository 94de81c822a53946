"""`/api/settings`: Kudu's defaults, app settings, and per-site values that beat both at once.

Answers: Kudu.Services/Settings/SettingsController.cs.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from emulator.appservice.deployment.deployer import BUSY
from emulator.appservice.scm.view import SiteView
from emulator.http import parse_json
from emulator.webjobs.environment import SETTING_DEFAULTS

PATIENCE_SECONDS = 5.0
"""How long a change waits for a deployment to end; a removal does not."""


def routes(site: SiteView) -> list[web.RouteDef]:
    """Routes of this module."""

    def every() -> Mapping[str, str]:
        return {**SETTING_DEFAULTS, **site.spec.settings, **site.engine.live_settings}

    async def read(_request: web.Request) -> web.Response:
        return web.json_response(every())

    async def read_one(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        found = {key.lower(): value for key, value in every().items()} | dict(every())
        value = found.get(name, found.get(name.lower()))
        if value is None:
            return web.json_response(f"'{name}' does not exist.", status=404)
        return web.json_response(value)

    async def change(request: web.Request) -> web.Response:
        try:
            values = _values(parse_json(await request.read()))
        except (ValueError, TypeError) as error:
            return web.json_response(f"settings: {error}", status=400)
        if not await site.deployer.idle_within(PATIENCE_SECONDS):
            return web.Response(status=409, text=BUSY)
        site.engine.change_settings(values)
        return web.Response(status=204)

    async def remove(request: web.Request) -> web.Response:
        if site.deployer.is_busy:
            return web.Response(status=409, text=BUSY)
        site.engine.change_settings({request.match_info["name"]: None})
        return web.Response(status=204)

    return [
        web.get("/api/settings", read),
        web.post("/api/settings", change),
        web.get("/api/settings/{name}", read_one),
        web.delete("/api/settings/{name}", remove),
    ]


def _values(body: object) -> dict[str, str]:
    """The settings in a body: an object of names and values, or one `{"key", "value"}`.

    Raises:
        TypeError: it is no object.
        ValueError: a value is no text, or holds a character that the file, XML, cannot.
    """
    if not isinstance(body, dict):
        raise TypeError("not a JSON object; expected names and values")
    if set(body) == {"key", "value"}:
        body = {body["key"]: body["value"]}
    for name, value in body.items():
        if not isinstance(name, str) or not isinstance(value, str | int) or not name:
            raise ValueError(f"'{name}' has no text as its value; expected one")
        if not f"{name}{value}".isprintable():
            raise ValueError(f"'{name}' has control characters; expected printable text")
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in body.items()}
