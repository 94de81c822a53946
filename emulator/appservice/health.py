"""App Service's health check: one GET a minute, the answers remembered.

https://learn.microsoft.com/azure/app-service/monitor-instances-health-check: 200 to 299 is healthy; an instance is
taken out after ten failures, which with one instance changes nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from emulator.appservice.lifecycle import Machine
from emulator.appservice.supervisor import Supervisor

PING_SECONDS = 60.0


@dataclass(frozen=True)
class Reading:
    """One ping's outcome."""

    path: str
    status: int | None
    """None: no answer."""
    at: datetime
    failures: int
    """Failed pings in a row."""

    @property
    def is_healthy(self) -> bool:
        """True for a status from 200 to 299."""
        return self.status is not None and 200 <= self.status < 300


class HealthCheck:
    """Pings one site while it runs."""

    def __init__(self, supervisor: Supervisor, machine: Machine) -> None:
        self._supervisor, self._machine = supervisor, machine
        self._task: asyncio.Task[None] | None = None
        self.last: Reading | None = None
        """The newest ping's outcome."""

    def watch(self, path: str | None) -> None:
        """Pings this path from now on; None: nothing."""
        self.stop()
        if path:
            self._task = asyncio.create_task(self._run(path))

    def stop(self) -> None:
        """Stops pinging and forgets."""
        if self._task is not None:
            self._task.cancel()
        self._task, self.last = None, None

    async def _run(self, path: str) -> None:
        while True:
            await self._supervisor.wait_settled(PING_SECONDS)
            if (port := self._supervisor.port) is not None:
                self.last = self._reading(path, await self._machine.probe(port, path))
            await asyncio.sleep(PING_SECONDS)

    def _reading(self, path: str, status: int | None) -> Reading:
        reading = Reading(path, status, self._machine.clock(), 0)
        failures = 0 if reading.is_healthy else (self.last.failures if self.last else 0) + 1
        return Reading(path, status, reading.at, failures)
