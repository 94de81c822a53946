"""To the browser as it happens, as server-sent events: what changed on a page, and logs as they grow."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator

from aiohttp import web

from oneplan.dashboard.access import HEADERS
from oneplan.dashboard.live import Parts
from oneplan.errors import OperateError

Sleep = Callable[[float], None]
_LONGEST_PIECE = 256 * 1024
"""Of a very long log the browser gets the end."""


class _GoneError(Exception):
    """The reader went away; ends the thread that follows the log."""


def event_stream() -> web.StreamResponse:
    """Returns a response that events can be written to, once it is prepared."""
    return web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})


async def parts(request: web.Request, changes: AsyncIterator[Parts | None]) -> web.StreamResponse:
    """Sends what changed on a page until it is closed; None is sent as a comment, so that a dead connection shows."""
    response = event_stream()
    with contextlib.suppress(ConnectionError):  # the page was closed
        await response.prepare(request)
        async for changed in changes:
            await response.write(b": still here\n\n" if changed is None else event("parts", changed))
    return response


def event(name: str, data: object) -> bytes:
    """Returns one event with JSON data."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


async def send(request: web.Request, follow: Callable[[Sleep], Iterator[bytes]]) -> web.StreamResponse:
    """Sends a log piece by piece, then an `end` event; a refusal on the way is an `outage` event.

    Args:
        request: Whose connection ends the following when it is closed.
        follow: Makes the iterator, which blocks and sleeps through the function it is given.
    """
    response = event_stream()
    loop, gone = asyncio.get_running_loop(), threading.Event()
    pieces: asyncio.Queue[bytes] = asyncio.Queue(maxsize=50)

    def sleep(seconds: float) -> None:
        if gone.wait(seconds):
            raise _GoneError

    def read() -> None:
        try:
            for piece in follow(sleep):
                put(event("log", piece[-_LONGEST_PIECE:].decode("utf-8", "replace")))
            put(event("end", ""))
        except _GoneError:
            return
        except OperateError as error:
            put(event("outage", str(error)))

    def put(piece: bytes) -> None:
        asyncio.run_coroutine_threadsafe(pieces.put(piece), loop).result()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        with contextlib.suppress(ConnectionError):  # the page was closed
            await response.prepare(request)
            await _forward(pieces, response, thread)
    finally:
        gone.set()
        while not pieces.empty():  # lets a thread that waits for room go on, and end
            pieces.get_nowait()
    return response


async def _forward(pieces: asyncio.Queue[bytes], response: web.StreamResponse, thread: threading.Thread) -> None:
    while thread.is_alive() or not pieces.empty():
        with contextlib.suppress(TimeoutError):
            await response.write(await asyncio.wait_for(pieces.get(), 15.0))
            continue
        await response.write(b": still here\n\n")
