"""Puts one app's SCM site together. Routes: Kudu.Services.Web/App_Start/NinjectServices.cs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from itertools import count

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from emulator.appservice.scm import deployments, files, logs, processes, publish, settings, small, zips
from emulator.appservice.scm.view import SiteView
from emulator.webjobs import api as webjobs
from emulator.webjobs.answers import no_route

_PLACE_OR_WORD = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}|[^/{}]+")
"""A part of a route's path: a place for a value, in braces, or a word."""


def is_private(path: str) -> bool:
    """Whether a path shows secrets: settings, which a token is needed to read."""
    words = [word for word in path.lower().split("/") if word]
    return words[:1] == ["settings"] or words[:2] == ["api", "settings"]


def scm_app(site: SiteView, *, middlewares: Iterable[Middleware] = ()) -> web.Application:
    """The application to serve on the site's SCM port."""
    app = web.Application(middlewares=[*middlewares, _unknown_path], client_max_size=64 * 1024**2)
    publisher = publish.Publisher(site)
    every: list[web.RouteDef] = []
    for routes in (
        small.routes(site),
        settings.routes(site),
        processes.routes(site),
        zips.routes(site),
        deployments.routes(site),
        files.routes(site),
        publisher.routes(),
    ):
        every += _slash_or_not(_both_spellings(routes))
    closing = asyncio.Event()
    every += _slash_or_not(logs.routes(site, closing))
    every += _slash_or_not(webjobs.routes(lambda _request: site.engine))
    app.add_routes([*every, *map(_in_any_case, every)])

    async def shut_down(_app: web.Application) -> None:
        closing.set()
        await publisher.close()

    app.on_shutdown.append(shut_down)
    return app


def _both_spellings(routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """Each route as `/api/x` and as `/x`, as Kudu maps them (`MapHttpRouteDual`); its own links use the short one."""
    return [
        web.route(route.method, path, route.handler)
        for route in routes
        for path in (route.path, route.path.removeprefix("/api"))
    ]


def _slash_or_not(routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """Each route with or without a slash at its end, as ASP.NET matches; where the slash means something it stays."""
    return [
        route if route.path.endswith(":.*}") else web.route(route.method, f"{route.path}{{slash:/?}}", route.handler)
        for route in routes
    ]


def _in_any_case(route: web.RouteDef) -> web.RouteDef:
    """The route with its words in any case, as ASP.NET matches; looked at when no route matches as it is spelled."""
    numbers = count()
    path = _PLACE_OR_WORD.sub(
        lambda part: part[0] if part[0].startswith("{") else f"{{word{next(numbers)}:(?i:{re.escape(part[0])})}}",
        route.path,
    )
    return web.route(route.method, path, route.handler)


@web.middleware
async def _unknown_path(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Unknown path or verb: 404 with a JSON text, as Kudu answers."""
    if request.match_info.http_exception is not None:
        return no_route(request)
    return await handler(request)
