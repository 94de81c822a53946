"""One port that answers both plain HTTP and HTTPS, whichever a client speaks.

In Azure a site and its SCM site are reached over HTTPS, and clients such as the Azure CLI build `https://` addresses
from host names; people and browsers here use `http://`, for no browser trusts the local authority. The first byte of
a TLS connection is 0x16 (RFC 8446, 5.1), which no HTTP request begins with.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from contextlib import suppress

from aiohttp import web

from emulator.constants import LOOPBACK

HANDSHAKE = b"\x16"
FIRST_BYTE_SECONDS = 30.0
BACKLOG = 128
log = logging.getLogger(__name__)


class EitherSite(web.BaseSite):
    """Listens on a loopback port for a runner's application, in plain and over TLS."""

    def __init__(self, runner: web.AppRunner, port: int, tls: ssl.SSLContext) -> None:
        super().__init__(runner)
        self._port, self._tls = port, tls
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._greeting: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """The plain address."""
        return f"http://{LOOPBACK}:{self._port}"

    async def start(self) -> None:
        """Begins to listen.

        Raises:
            OSError: the port is in use.
        """
        await super().start()
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setblocking(False)
            listener.bind((LOOPBACK, self._port))
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
        self._listener = listener
        self._accepting = asyncio.create_task(self._accept(listener), name=f"port {self._port}")

    async def stop(self) -> None:
        """Takes no more connections; those there are end with the runner."""
        for task in (self._accepting, *self._greeting):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        if self._listener is not None:
            self._listener.close()
        await super().stop()

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError as error:  # out of file handles: the connection waits in the backlog
                log.warning("port %d: %s", self._port, error)
                await asyncio.sleep(1.0)
                continue
            task = asyncio.create_task(self._greet(connection))
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)

    async def _greet(self, connection: socket.socket) -> None:
        """Hands the connection to the server, once it is known what it speaks."""
        loop = asyncio.get_running_loop()
        connection.setblocking(False)
        try:
            async with asyncio.timeout(FIRST_BYTE_SECONDS):
                await _readable(connection)
            first = connection.recv(1, socket.MSG_PEEK)
            tls = self._tls if first == HANDSHAKE else None
            if not first or self._runner.server is None:
                connection.close()
                return
            await loop.connect_accepted_socket(self._runner.server, connection, ssl=tls)
        except (OSError, TimeoutError) as error:  # silent, gone, or a handshake that failed
            log.debug("port %d: %s", self._port, error)
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise


async def _readable(connection: socket.socket) -> None:
    """Returns when something has arrived, or the other side has closed."""
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    loop.add_reader(connection, arrived.set)
    try:
        await arrived.wait()
    finally:
        with suppress(OSError, ValueError):
            loop.remove_reader(connection)
