"""Puts the local Azure together: what needs what, in which order it starts, in which order it stops.

Order: lock, certificate and image, storage (the slowest: a child process; servers and the provider's modules come up
meanwhile), what the store remembers, then readiness. It stops the other way round, storage last.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from emulator import arm, tls
from emulator.appservice import Platform, SiteHost, image
from emulator.appservice.console import utc_now
from emulator.appservice.deployment import Fetcher
from emulator.appservice.environment import Surroundings, instance_id
from emulator.appservice.jobs import engines
from emulator.appservice.lifecycle import Machine
from emulator.appservice.process import GroupLauncher
from emulator.appservice.reaper import Reaper
from emulator.constants import LOOPBACK, SUBSCRIPTION_ID, TENANT_ID, VERSION
from emulator.daemon.control import control_app
from emulator.daemon.folder import StateFolder
from emulator.errors import StartError
from emulator.http import listen
from emulator.identity import MANAGEMENT, IdentityService
from emulator.ports import Ports
from emulator.resources import Azure, Resources
from emulator.storage import StorageService
from emulator.store import Store, StoreError
from emulator.tls import Certificate
from emulator.webjobs import SystemLauncher

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """How the daemon is started."""

    root: Path
    """The state folder, absolute."""
    python: Path
    """The interpreter sites and jobs get."""


@dataclass
class _Parts:
    """What one daemon consists of while it comes up."""

    options: Options
    folder: StateFolder
    stack: AsyncExitStack
    stop: asyncio.Event
    began: float = field(default_factory=time.monotonic)
    problems: tuple[str, ...] = ()
    ready: bool = False


async def run(options: Options, *, stop: asyncio.Event, announce: Callable[[str], None]) -> None:
    """Runs the local Azure until `stop` is set; returns when everything has ended.

    Args:
        announce: given one line when it is ready.

    Raises:
        EmulatorError: it cannot start; the text says why and what to do.
    """
    folder = StateFolder(options.root)
    folder.acquire()
    try:
        async with AsyncExitStack() as stack:
            parts = _Parts(options, folder, stack, stop)
            starting = asyncio.create_task(_start(parts, announce))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                await asyncio.wait({starting})
            elif (error := starting.exception()) is not None:
                raise error
            await stopping
            log.info("stopping")
            folder.withdraw()
    finally:
        folder.withdraw()
        folder.release()


async def _start(parts: _Parts, announce: Callable[[str], None]) -> None:
    root, stack = parts.options.root, parts.stack
    certificate, image_bin = await asyncio.gather(
        asyncio.to_thread(tls.ensure, root / "tls", datetime.now(UTC)),
        asyncio.to_thread(image.build, root / "image", parts.options.python),
    )
    ports, store, token = Ports(root / "ports.json"), _open_store(root / "state.db"), parts.folder.token()
    stack.callback(store.close)
    control, arm_port = ports.take("control"), ports.take("arm")
    identity = IdentityService(
        f"http://{LOOPBACK}:{control}/msi/token", admin_token=token, management=[f"https://{LOOPBACK}:{arm_port}"]
    )
    storage = StorageService(
        root / "storage", ports, certificate, token=identity.storage_token, public_key=identity.public_key
    )
    stack.push_async_callback(storage.stop)
    starting_storage = asyncio.create_task(storage.start())
    stack.push_async_callback(_cancelled, starting_storage)
    sites = _site_host(parts, ports, identity, certificate, image_bin, token)
    await sites.start()
    stack.push_async_callback(sites.stop)
    resources = Resources(store, Azure(storage, sites, identity), root.parent)
    await _serve(parts, control_app(identity, token=token, health=lambda: _health(parts), stop=parts.stop.set), control)
    await _serve(parts, arm.app(store, sites, identity, token=token), arm_port, certificate)
    await asyncio.to_thread(importlib.import_module, "emulator.provider.server")  # gRPC: slow to import
    await starting_storage
    parts.problems = await resources.replay()
    provider_port = await _serve_provider(parts, ports, resources)
    _announce(parts, announce, provider_port=provider_port, control=control, arm_port=arm_port, certificate=certificate)


def _site_host(
    parts: _Parts, ports: Ports, identity: IdentityService, certificate: Certificate, image_bin: Path, token: str
) -> SiteHost:
    root = parts.options.root
    reaper, job_launcher = Reaper(), SystemLauncher()
    parts.stack.callback(reaper.close)
    parts.stack.push_async_callback(job_launcher.close)
    instance = instance_id(root)
    around = Surroundings(
        subscription_id=SUBSCRIPTION_ID,
        instance_id=instance,
        image_bin=image_bin,
        ca_bundle=certificate.bundle,
        inherited=dict(os.environ),
    )
    return SiteHost(
        Platform(
            sites=root / "sites",
            ports=ports,
            identity=identity,
            around=around,
            machine=Machine(GroupLauncher(reaper)),
            fetch=Fetcher(certificate.bundle),
            engines=engines(job_launcher, instance),
            token=token,
            accepts=lambda bearer: identity.verify(bearer, MANAGEMENT) is not None,
        )
    )


async def _serve(parts: _Parts, app: web.Application, port: int, certificate: Certificate | None = None) -> None:
    try:
        runner = await listen(app, port, tls=certificate.server_context if certificate else None)
    except OSError as error:
        raise StartError(
            f"port {port}: cannot be listened on ({error.strerror}); stop what uses it, or run `oneplan local reset`"
        ) from error
    parts.stack.push_async_callback(runner.cleanup)


async def _serve_provider(parts: _Parts, ports: Ports, resources: Resources) -> int:
    from emulator import provider

    port = ports.take("provider")
    server = await provider.serve(port, resources)
    parts.stack.push_async_callback(server.stop, 1.0)
    return port


def _announce(
    parts: _Parts,
    announce: Callable[[str], None],
    *,
    provider_port: int,
    control: int,
    arm_port: int,
    certificate: Certificate,
) -> None:
    control_url = f"http://{LOOPBACK}:{control}"
    parts.folder.announce(
        {
            "pid": os.getpid(),
            "provider_port": provider_port,
            "control_url": control_url,
            "arm_url": f"https://{LOOPBACK}:{arm_port}",
            "identity_url": f"{control_url}/msi/token",
            "subscription_id": SUBSCRIPTION_ID,
            "tenant_id": TENANT_ID,
            "ca_bundle": str(certificate.bundle.absolute()),
            "started": utc_now().isoformat(),
        }
    )
    parts.ready = True
    seconds = time.monotonic() - parts.began
    for problem in parts.problems:
        log.warning("not restored: %s", problem)
    log.info("ready in %.2f s", seconds)
    announce(f"local Azure ready in {seconds:.2f} s: {control_url} (pid {os.getpid()})")


def _health(parts: _Parts) -> dict[str, object]:
    return {
        "status": "ready" if parts.ready else "starting",
        "pid": os.getpid(),
        "version": VERSION,
        "uptime_seconds": round(time.monotonic() - parts.began, 1),
        "problems": list(parts.problems),
    }


def _open_store(path: Path) -> Store:
    try:
        return Store(path)
    except StoreError as error:
        raise StartError(str(error)) from error


async def _cancelled(task: asyncio.Task[None]) -> None:
    """A start that did not end is given up before what it started is stopped."""
    task.cancel()
    await asyncio.wait({task})
