"""Web sockets through a site's front end: two connections, messages carried both ways."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from emulator.http import target

_OWN_HEADERS = (
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Protocol",
)
_Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


def is_websocket(request: web.Request) -> bool:
    """True for a request to change to the web socket protocol."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


async def relay(
    request: web.Request, client: aiohttp.ClientSession, origin: str, headers: CIMultiDict[str]
) -> web.StreamResponse:
    """Opens the same socket at the site's process and carries messages until one side closes."""
    protocols = [name.strip() for name in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if name]
    for name in _OWN_HEADERS:
        headers.popall(name, None)
    try:
        upstream = await client.ws_connect(
            f"{origin}{target(request)}", headers=headers, protocols=protocols, max_msg_size=0
        )
    except aiohttp.ClientError as error:
        return web.Response(status=502, text=f"{request.path}: the app refused the web socket ({error})")
    chosen = [upstream.protocol] if upstream.protocol else []
    downstream = web.WebSocketResponse(protocols=chosen, max_msg_size=0)
    await downstream.prepare(request)
    both = {
        asyncio.create_task(_carry(downstream, upstream)),
        asyncio.create_task(_carry(upstream, downstream)),
    }
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        await upstream.close()
        await downstream.close()
    return downstream


async def _carry(source: _Socket, target: _Socket) -> None:
    async for message in source:
        if message.type is aiohttp.WSMsgType.TEXT:
            await target.send_str(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            await target.send_bytes(message.data)
