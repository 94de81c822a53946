"""Stand-ins for time and processes, for tests of the engine and of what is built upon it."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from emulator.webjobs.errors import JobStartError
from emulator.webjobs.hosts import Command
from emulator.webjobs.process import OnOutput

T = TypeVar("T")

SETTLE_TURNS = 60
"""Turns of the event loop after which everything that can run has run."""


class ManualClock:
    """Time that stands still until it is advanced."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._number = 0

    def now(self) -> datetime:
        """The instant it stands at."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return (self._now - self._start).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Return once it was advanced so far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        self._number += 1
        due = self._now + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (due, self._number, waiter))
        await waiter

    async def advance(self, seconds: float) -> None:
        """Let time pass: each sleeper wakes at its own instant, in order."""
        target = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, waiter = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not waiter.done():
                waiter.set_result(None)
                await settle()
        self._now = target
        await settle()


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(SETTLE_TURNS):
        await asyncio.sleep(0)


async def inline(work: Callable[[], T], /) -> T:
    """Runs blocking work in place: the Offload for tests."""
    return work()


@dataclass
class FakeProcess:
    """A process that does what the test says."""

    pid: int
    command: Command
    cwd: Path
    environment: Mapping[str, str]
    on_output: OnOutput
    ticks: int = 0
    is_killed: bool = False
    _end: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return not self._end.done()

    def print(self, *lines: str, is_error: bool = False) -> None:
        """Write lines."""
        self.on_output(lines, is_error=is_error)

    def exit(self, code: int = 0) -> None:
        """End with that code."""
        if self.is_alive:
            self._end.set_result(code)

    async def wait(self) -> int:
        """The code it ended with."""
        return await asyncio.shield(self._end)

    async def kill(self) -> None:
        """End as when killed."""
        self.is_killed = self.is_killed or self.is_alive
        self.exit(137)

    def cpu_ticks(self) -> int:
        """What the test set."""
        return self.ticks


class FakeLauncher:
    """Starts fake processes and remembers them."""

    def __init__(self, behaviour: Callable[[FakeProcess], Awaitable[None]] | None = None) -> None:
        """Args: behaviour: played by each process from its start."""
        self.processes: list[FakeProcess] = []
        self.homes: list[tuple[str, Path]] = []
        self.swept: list[Path] = []
        self.refusal: str | None = None
        """When set, the reason why no process can be started."""
        self._behaviour = behaviour
        self._playing: set[asyncio.Future[None]] = set()

    @property
    def last(self) -> FakeProcess:
        """The newest process."""
        return self.processes[-1]

    @property
    def alive(self) -> list[FakeProcess]:
        """All processes that have not ended."""
        return [process for process in self.processes if process.is_alive]

    def watch_home(self, instance_id: str, data: Path) -> None:
        """Remember the home."""
        self.homes.append((instance_id, data))

    async def start(
        self, command: Command, *, cwd: Path, environment: Mapping[str, str], on_output: OnOutput
    ) -> FakeProcess:
        """Start a fake process."""
        if self.refusal is not None:
            raise JobStartError(self.refusal)
        process = FakeProcess(len(self.processes) + 1000, command, cwd, environment, on_output)
        self.processes.append(process)
        if self._behaviour is not None:
            task = asyncio.ensure_future(self._behaviour(process))
            self._playing.add(task)
            task.add_done_callback(self._playing.discard)
        return process

    def kill_jobs(self, instance_id: str, data: Path) -> int:
        """End the processes of these jobs."""
        self.swept.append(data)
        doomed = [process for process in self.alive if _belongs(process, instance_id, data)]
        for process in doomed:
            process.is_killed = True
            process.exit(137)
        return len(doomed)

    async def close(self) -> None:
        """Nothing is held."""


def _belongs(process: FakeProcess, instance_id: str, data: Path) -> bool:
    own = Path(process.environment["WEBJOBS_DATA_PATH"])
    return process.environment["WEBSITE_INSTANCE_ID"] == instance_id and (own == data or data in own.parents)
