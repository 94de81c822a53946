"""Asking a site's process whether it answers: the warm-up probe and the health check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp

from emulator.constants import LOOPBACK

Probe = Callable[[int, str], Awaitable[int | None]]
"""(port, path) -> the HTTP status, or None when nothing answered."""

_TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=2)


async def http_probe(port: int, path: str) -> int | None:
    """One GET; redirects are an answer, not followed."""
    url = f"http://{LOOPBACK}:{port}/{path.lstrip('/')}"
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, headers={"User-Agent": "HealthCheck/1.0"}) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            return response.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None
