"""Brings the local Azure up and down, in order.

Up: lock; certificate, ports, store; storage, the slowest, a child process, while the rest is loaded and its servers
start; what the store remembers; the provider; readiness. Down: the other way round, storage last.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.constants import SUBSCRIPTION_ID, TENANT_ID, VERSION
from emulator.daemon.base import Base, prepare, start_storage
from emulator.daemon.folder import StateFolder
from emulator.daemon.loading import load

if TYPE_CHECKING:
    from emulator.resources import Resources

FOLDER_LOOK_SECONDS = 1.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """How the daemon is started."""

    root: Path
    """The state folder, absolute."""
    python: Path | None = None
    """The interpreter sites and jobs get; None: the one below this program's virtual environment."""
    storage_roles: bool = True
    """Whether a storage token opens only what role assignments give its bearer; else every good token all."""


@dataclass
class _Progress:
    """How far the daemon has come."""

    began: float = field(default_factory=time.monotonic)
    ready: bool = False
    resources: Resources | None = None
    """What there is, once it is loaded."""

    def health(self) -> dict[str, object]:
        """The answer of `GET /health`."""
        return {
            "status": "ready" if self.ready else "starting",
            "pid": os.getpid(),
            "version": VERSION,
            "uptime_seconds": round(time.monotonic() - self.began, 1),
            "resources": self.resources.count() if self.resources else 0,
            "problems": list(self.resources.problems) if self.resources else [],
        }


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
            starting = asyncio.create_task(_start(options, folder, stack, stop, announce))
            watching = asyncio.create_task(_watch(folder, stop))
            stack.callback(watching.cancel)
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                starting.cancel()
                await asyncio.wait({starting})
            else:
                starting.result()
            await stopping
            log.info("stopping")
            folder.withdraw()
        log.info("stopped")
    finally:
        folder.withdraw()
        folder.release()


async def _watch(folder: StateFolder, stop: asyncio.Event) -> None:
    """Stops the local Azure when its folder was deleted: nobody could find it there any more, or end it."""
    while folder.is_ours():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), FOLDER_LOOK_SECONDS)
            return
    log.warning("%s: was deleted or replaced; stopping", folder.root)
    stop.set()


async def _start(
    options: Options,
    folder: StateFolder,
    stack: AsyncExitStack,
    stop: asyncio.Event,
    announce: Callable[[str], None],
) -> None:
    progress = _Progress()
    base = prepare(options.root, options.python, folder.token(), stack, storage_roles=options.storage_roles)
    storage_is_up = start_storage(base, stack)
    await asyncio.to_thread(load, "emulator.daemon.services")
    from emulator.daemon import services

    started = await services.start(base, stack, health=progress.health, stop=stop.set)
    await asyncio.to_thread(load, "emulator.provider.server")  # gRPC: long to import
    await storage_is_up
    problems = await started.resources.replay()
    progress.resources = started.resources
    provider_port = await services.serve_provider(base, stack, started.resources)
    folder.announce(_facts(base, provider_port))
    progress.ready = True
    for problem in problems:
        log.warning("not restored: %s", problem)
    seconds = time.monotonic() - progress.began
    log.info("ready in %.2f s", seconds)
    announce(f"local Azure ready in {seconds:.2f} s: {base.control_url} (pid {os.getpid()})")


def _facts(base: Base, provider_port: int) -> dict[str, object]:
    """What `daemon.json` says."""
    return {
        "pid": os.getpid(),
        "provider_port": provider_port,
        "control_url": base.control_url,
        "arm_url": base.arm_url,
        "identity_url": f"{base.control_url}/msi/token",
        "subscription_id": SUBSCRIPTION_ID,
        "tenant_id": TENANT_ID,
        "ca_bundle": str(base.certificate.bundle.absolute()),
        "started": datetime.now(UTC).isoformat(),
    }
