"""The front end of one site: what comes to its public port goes to its process, streamed both ways."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Middleware
from multidict import CIMultiDict
from yarl import URL

from emulator.appservice.console import LogFile
from emulator.appservice.lifecycle import SiteState
from emulator.appservice.pages import default_page, unavailable_page
from emulator.appservice.supervisor import Supervisor
from emulator.appservice.websocket import is_websocket, relay
from emulator.constants import LOOPBACK
from emulator.http import target

COLD_START_SECONDS = 20.0
"""How long a request waits for a starting app before it gets 503 (Azure: up to 230 s)."""
BUFFERED_BYTES = 64 * 1024
"""Answers known to be this short are passed on in one piece."""
TAIL_LINES = 40
HOP_BY_HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)


class FrontProxy:
    """Passes requests to the site's process; waits for a cold start; tells why when there is none."""

    def __init__(
        self, name: str, supervisor: Supervisor, console: LogFile, *, patience: float = COLD_START_SECONDS
    ) -> None:
        self._name, self._supervisor, self._console, self._patience = name, supervisor, console, patience
        self._session: aiohttp.ClientSession | None = None

    def app(self, middlewares: Iterable[Middleware] = ()) -> web.Application:
        """The application to serve on the site's port."""
        app = web.Application(client_max_size=0, middlewares=middlewares)
        app.router.add_route("*", "/{path:.*}", self.handle)
        app.on_cleanup.append(self._close)
        return app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        state = self._supervisor.condition.state
        if state is not SiteState.RUNNING:
            state = await self._supervisor.wait_settled(self._patience)
        if state is not SiteState.RUNNING:
            return self._unavailable()
        port = self._supervisor.port
        if port is None:
            return default_page(self._name)
        if is_websocket(request):
            return await relay(request, self._client(), f"http://{LOOPBACK}:{port}", forwarded(request))
        return await self._forward(request, port)

    async def _forward(self, request: web.Request, port: int) -> web.StreamResponse:
        url = f"http://{LOOPBACK}:{port}{target(request)}"
        try:
            upstream = await self._client().request(
                request.method,
                URL(url, encoded=True),
                headers=forwarded(request),
                data=_body(request),
                allow_redirects=False,
            )
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            self._console.say(f"{request.method} {request.path}: no answer from the app ({error})")
            return self._unavailable()
        async with upstream:
            return await _answer(request, upstream)

    def _unavailable(self) -> web.Response:
        tail = list(self._console.tail)[-TAIL_LINES:]
        return unavailable_page(self._name, self._supervisor.condition, tail)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=10),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=230),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._session

    async def _close(self, _app: web.Application) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def forwarded(request: web.Request) -> CIMultiDict[str]:
    """The request's headers with those App Service's front ends add.

    `X-Forwarded-For` carries the client's port, as in Azure.
    """
    named = {name.strip().lower() for name in request.headers.get("Connection", "").split(",")}
    headers = CIMultiDict(
        (name, value)
        for name, value in request.headers.items()
        if name.lower() not in HOP_BY_HOP | named and name.lower() != "expect"
    )
    peer = request.transport.get_extra_info("peername") if request.transport else None
    address, port = (peer[0], peer[1]) if peer else (LOOPBACK, 0)
    chain = headers.get("X-Forwarded-For")
    headers["X-Forwarded-For"] = f"{chain}, {address}:{port}" if chain else f"{address}:{port}"
    headers["X-Forwarded-Proto"] = request.scheme
    headers["X-Forwarded-Host"] = request.host
    headers["X-Client-IP"], headers["X-Client-Port"] = address, str(port)
    headers["X-Original-URL"] = target(request)
    headers["DISGUISED-HOST"] = headers["WAS-DEFAULT-HOSTNAME"] = request.host
    return headers


def _body(request: web.Request) -> AsyncIterator[bytes] | None:
    return request.content.iter_any() if request.body_exists else None


async def _answer(request: web.Request, upstream: aiohttp.ClientResponse) -> web.StreamResponse:
    headers = CIMultiDict((name, value) for name, value in upstream.headers.items() if name.lower() not in HOP_BY_HOP)
    length = upstream.content_length
    if request.method != "HEAD" and length is not None and length <= BUFFERED_BYTES:
        body = await upstream.read()
        return web.Response(status=upstream.status, reason=upstream.reason, headers=headers, body=body)
    response = web.StreamResponse(status=upstream.status, reason=upstream.reason, headers=headers)
    await response.prepare(request)
    async for chunk in upstream.content.iter_any():
        await response.write(chunk)
    await response.write_eof()
    return response
