"""Azurite kept alive: its folder locked, its ports remembered, restarted when it dies, told its accounts."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.constants import LOOPBACK
from emulator.errors import EmulatorError, StartError
from emulator.ports import Ports
from emulator.storage.child import SERVICES, Child
from emulator.storage.diagnosis import explain
from emulator.storage.errors import StorageError
from emulator.storage.lock import FolderLock
from emulator.tls import Certificate

READY_SECONDS = 60.0
LOCK_SECONDS = 15.0
RESTART_PAUSES = (0.0, 0.2, 1.0, 3.0)
"""How long to wait before each restart in a row; after the last of them we give up."""
STABLE_SECONDS = 60.0
"""An Azurite that lived this long starts the row anew."""
PRELOAD = Path(__file__).with_name("preload.cjs")
NOT_RUNNING = "storage: not running; start the emulator with `oneplan local start`"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Program:
    """What is started."""

    node: Path
    package: Path
    """Folder in which the npm package is installed (`tools/azurite`)."""
    compile_cache: Path
    """Where Node keeps compiled code."""

    @property
    def script(self) -> Path:
        """Azurite's main module."""
        return self.package / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"


class Azurite:
    """The supervised process. Whatever it should know is asked from `state`, again after each restart."""

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        certificate: Certificate,
        program: Program,
        *,
        state: Callable[[], Mapping[str, Any]],
        pauses: Sequence[float] = RESTART_PAUSES,
    ) -> None:
        """
        Args:
            state: what the preload is to know: `accounts` and `publicKey`.
        """
        self._folder, self._ports, self._certificate = folder, ports, certificate
        self._program, self._state, self._pauses = program, state, pauses
        self._lock = FolderLock(folder)
        self._child: Child | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._failure = NOT_RUNNING

    def url(self, service: str) -> str:
        """Root address of `blob`, `queue` or `table`, without a trailing slash."""
        return f"https://{LOOPBACK}:{self._ports.take(service)}"

    @property
    def pid(self) -> int | None:
        """The process id of what runs now."""
        return self._child.pid if self._child else None

    async def start(self) -> None:
        """Returns when all three services answer.

        Raises:
            StartError: it does not come up; says why and what to do.
        """
        if self._watcher is not None:
            return
        if not self._program.script.is_file():
            raise StartError(f"{self._program.script}: Azurite is not installed; run `make setup`")
        await self._lock.acquire(LOCK_SECONDS)
        try:
            child = await self._launch()
        except BaseException:
            self._lock.release()
            raise
        self._watcher = asyncio.create_task(self._watch(child), name="watch Azurite")

    async def stop(self) -> None:
        """Ends it and waits until everything is saved. May be called again."""
        self._failure = NOT_RUNNING
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)
        self._ready.clear()
        if self._child is not None:
            await self._child.end()
            self._child = None
        self._lock.release()

    async def available(self) -> None:
        """Returns when it answers: at once, or after the restart that is under way.

        Raises:
            StorageError: it was stopped, or does not come up any more.
        """
        if self._watcher is None or self._watcher.done():
            raise StorageError(self._failure)
        try:
            await asyncio.wait_for(self._ready.wait(), READY_SECONDS)
        except TimeoutError as error:
            raise StorageError("storage: Azurite is still starting; try again") from error

    async def tell(self) -> None:
        """Passes the present state on; returns when Azurite goes by it."""
        await self.available()
        if self._child is not None:
            await self._child.tell(self._state())

    async def _launch(self) -> Child:
        begin = time.monotonic()
        child = await Child.spawn(self._command(), self._environment(), self._lock.handle)
        self._child = child
        try:
            told = asyncio.create_task(child.tell(self._state()))  # read as soon as its event loop turns
            if not await child.listening(READY_SECONDS):
                told.cancel()
                ports = {service: self._ports.take(service) for service in SERVICES}
                raise explain(tuple(child.last_lines), self._folder, ports, self._program.node)
            await told
        except BaseException:
            self._child = None
            await child.end()
            raise
        self._ready.set()
        log.info("storage: ready after %.2f s (pid %d)", time.monotonic() - begin, child.pid)
        return child

    async def _watch(self, child: Child) -> None:
        """Replaces a process that ended by itself until that fails too often in a row."""
        failures = 0
        while True:
            begin = time.monotonic()
            code = await child.ended()
            self._ready.clear()
            log.warning("storage: Azurite ended by itself (exit code %d); restarting it", code)
            failures = 0 if time.monotonic() - begin > STABLE_SECONDS else failures
            replaced = None
            while replaced is None:
                if failures == len(self._pauses):
                    log.error("%s", self._failure)
                    return
                await asyncio.sleep(self._pauses[failures])
                failures += 1
                replaced = await self._relaunch(code)
            child = replaced

    async def _relaunch(self, code: int) -> Child | None:
        try:
            child = await self._launch()
        except EmulatorError as error:
            self._failure = str(error)
            return None
        self._failure = f"storage: Azurite keeps ending (exit code {code}); see the emulator's log"
        return child

    def _command(self) -> list[str]:
        ports = [word for service in SERVICES for word in self._address(service)]
        return [
            *(str(self._program.node), "--require", str(PRELOAD), str(self._program.script)),
            *("--location", str(self._folder), *ports),
            *("--cert", str(self._certificate.certificate), "--key", str(self._certificate.key)),
            *("--oauth", "basic", "--skipApiVersionCheck", "--disableTelemetry", "--silent"),
        ]

    def _address(self, service: str) -> tuple[str, ...]:
        return (f"--{service}Host", LOOPBACK, f"--{service}Port", str(self._ports.take(service)))

    def _environment(self) -> dict[str, str]:
        """Ours, without what would change how Node or Azurite behave."""
        foreign = ("NODE_", "AZURITE_", "npm_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return kept | {"NODE_COMPILE_CACHE": str(self._program.compile_cache)}
