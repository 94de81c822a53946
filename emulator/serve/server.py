"""Serves one home folder: engine, SCM site, token, a line when ready, a clean end."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from emulator.appservice.alone import HomeAlone
from emulator.appservice.scm import scm_app
from emulator.constants import LOOPBACK
from emulator.errors import StartError
from emulator.http import host_check, token_check
from emulator.serve import surroundings
from emulator.serve.options import ServeOptions
from emulator.webjobs import Engine

log = logging.getLogger(__name__)


async def serve(options: ServeOptions, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; a second signal ends everything at once.

    Args:
        announce: given one line of JSON, url and token, once it answers.

    Raises:
        StartError: the port is taken, the home is being served already, a folder cannot be written.
    """
    own = surroundings.instance_id(options.home, options.instance)
    work = options.temp or surroundings.own_folder(own)
    identity = surroundings.given_id(options.settings, options.instance) or own
    lock = surroundings.only_one(work, options.home)
    token = secrets.token_urlsafe(32)
    stop = _stop_signal()
    try:
        with _listening(options.port) as listener:
            host = f"{LOOPBACK}:{listener.getsockname()[1]}"
            engine = _engine(options, work, identity, host)
            site = HomeAlone(options.home, work, engine, settings=options.settings, name=options.home.name or "site")
            site.home.create()
            await _complete(site)
            guards = [
                host_check,
                token_check(token, reads_open=False, source="the token that it printed when it was ready"),
            ]
            async with _running(engine), _answering(scm_app(site, middlewares=guards), listener):
                announce(json.dumps({"url": f"http://{host}", "token": token}))
                log.info("%s: served on %s", options.home, host)
                await stop.wait()
                log.info("stopping")
    finally:
        os.close(lock)
    log.info("stopped")


def _engine(options: ServeOptions, work: Path, identity: str, host: str) -> Engine:
    temp = work / "temp"
    return Engine(
        options.home,
        temp,
        environment=surroundings.environment(
            os.environ, options.settings, home=options.home, temp=temp, instance_id=identity, host=host
        ),
        instance_id=identity,
        options=options.engine,
    )


async def _complete(site: HomeAlone) -> None:
    """End what a killed server was just deploying; a home that cannot be written is served all the same."""
    try:
        await site.deployer.recover()
    except OSError as error:
        log.warning("%s: an interrupted deployment cannot be completed: %s", site.home.home, error)


@asynccontextmanager
async def _running(engine: Engine) -> AsyncIterator[None]:
    await engine.start()
    try:
        yield
    finally:
        await engine.stop()


@asynccontextmanager
async def _answering(app: web.Application, listener: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StartError(f"--port {port}: {reason}; choose another, or leave it out") from error


def _stop_signal() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; the second kills this process, and the guard its jobs."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            log.warning("stopped by a second signal: jobs are killed")
            os._exit(128 + signal.SIGINT)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    return stop
