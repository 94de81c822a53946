"""Fetching a package from its address, as Kudu does: one anonymous GET. The address's query is a secret (a SAS)."""

from __future__ import annotations

import ssl
from functools import cached_property
from pathlib import Path
from typing import Protocol

import aiohttp
from yarl import URL

from emulator.errors import EmulatorError

CHUNK_BYTES = 1024 * 1024
LIMIT_BYTES = 2 * 1024**3
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=100)


class FetchError(EmulatorError):
    """Raised when a package does not arrive."""


class Fetch(Protocol):
    """Fetches packages; a fake in tests."""

    async def __call__(self, uri: str, target: Path) -> int:
        """Writes what is at `uri` to `target` and returns its size."""


def shown(uri: str) -> str:
    """The address without its query and without a password, fit for logs."""
    try:
        url = URL(uri)
        return str(url.with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return "(an address that cannot be read)"


class Fetcher:
    """Fetches over HTTP and HTTPS, trusting the system's authorities and the local one."""

    def __init__(self, ca_bundle: Path) -> None:
        self._ca_bundle = ca_bundle

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self._ca_bundle))

    async def __call__(self, uri: str, target: Path) -> int:
        """See `Fetch`."""
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False) as session,
                session.get(URL(uri, encoded=True), ssl=self._tls) as response,
            ):
                if response.status != 200:
                    raise FetchError(f"package {shown(uri)}: the server answered {response.status} {response.reason}")
                return await _save(response, target)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FetchError(f"package {shown(uri)}: cannot be fetched ({type(error).__name__})") from error


async def _save(response: aiohttp.ClientResponse, target: Path) -> int:
    size = 0
    with target.open("wb") as file:
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            size += len(chunk)
            if size > LIMIT_BYTES:
                raise FetchError(f"package: larger than {LIMIT_BYTES} bytes; App Service takes no more")
            file.write(chunk)
    return size
