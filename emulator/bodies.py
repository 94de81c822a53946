"""Taking what a request carries into a file: neither too much of it, nor for ever."""

from __future__ import annotations

import asyncio
import os
import uuid
from pathlib import Path

from aiohttp import web

LIMIT_BYTES = 2 * 1024**3
CHUNK_BYTES = 1024 * 1024
SILENCE_SECONDS = 100.0
"""How long a sender may be silent; the others are served meanwhile."""


class BodyError(Exception):
    """A body that cannot be taken: HTTP status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


async def receive(request: web.Request, target: Path, *, limit: int | None = None) -> int:
    """Writes the body to `target`, which appears only when all of it has arrived; returns its size.

    Args:
        limit: bytes; left out, `LIMIT_BYTES`.

    Raises:
        BodyError: 413 too large, 408 the sender fell silent.
        OSError: it cannot be written.
    """
    most = LIMIT_BYTES if limit is None else limit
    if (request.content_length or 0) > most:
        raise BodyError(413, f"body: larger than {most} bytes; send a smaller one")
    draft = target.parent / f".{uuid.uuid4().hex}.part"  # short, whatever the target is called
    size = 0
    try:
        with draft.open("wb") as file:
            while chunk := await _next(request):
                size += len(chunk)
                if size > most:
                    raise BodyError(413, f"body: larger than {most} bytes; send a smaller one")
                file.write(chunk)
        os.replace(draft, target)  # noqa: PTH105 - a link in the target's place is replaced, not followed
    finally:
        draft.unlink(missing_ok=True)
    return size


async def _next(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await request.content.read(CHUNK_BYTES)
    except TimeoutError as silent:
        raise BodyError(408, f"body: nothing came for {SILENCE_SECONDS:g} s; send it again") from silent
