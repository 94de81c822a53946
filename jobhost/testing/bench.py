"""Runs a host's functions in a test: queues in memory, virtual time, no threads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from jobhost.consumer import Consumer
from jobhost.delivery import Outcome
from jobhost.host import JobHost
from jobhost.keeper import LeaseKeeper
from jobhost.settings import QueueSettings
from jobhost.testing.manual_clock import ManualClock
from jobhost.testing.memory_queue import MemoryQueue


class Bench:
    """Runs the queue functions of a host on memory queues, one message at a time, in the test's own thread."""

    def __init__(
        self, host: JobHost, *, attempts: int = 5, lease: timedelta = timedelta(minutes=5), seed: int | None = None
    ) -> None:
        self.clock = ManualClock()
        self.outcomes: list[Outcome] = []
        """How each delivery ended."""
        self._seed = seed
        self._queues: dict[str, MemoryQueue] = {}
        self._keeper = LeaseKeeper(self.clock)
        self.clock.watch(self._keeper.renew_due)
        bound = host.bound(connect=self.queue, clock=self.clock)
        self._consumers: Mapping[str, Consumer] = {
            name: bound.consumer(function, QueueSettings(name, name, _poison(name), attempts, lease), self._keeper)
            for name, function in host.functions.items()
        }

    def queue(self, name: str) -> MemoryQueue:
        """The queue of that name; made when first asked for."""
        if name not in self._queues:
            self._queues[name] = MemoryQueue(name, self.clock, seed=self._seed)
        return self._queues[name]

    def poison(self, name: str) -> MemoryQueue:
        """Where the failed messages of the queue `name` go."""
        return self.queue(f"{name}-poison")

    def send(self, name: str, body: str) -> None:
        """Put a message on the queue `name`."""
        self.queue(name).send(body)

    def step(self) -> bool:
        """Deliver every message that is visible now, once; False when there was none."""
        delivered = False
        for consumer in self._consumers.values():
            while leases := consumer.take(1):
                self.outcomes += map(consumer.deliverer.deliver, leases)
                delivered = True
        return delivered

    def run_until_idle(self) -> None:
        """Deliver, moving the clock over every wait, until the queues with functions are empty."""
        while True:
            if self.step():
                continue
            times = [self.queue(name).next_visible() for name in self._consumers]
            pending = [time for time in times if time is not None]
            if not pending:
                return
            self.clock.advance(max((min(pending) - self.clock.now()).total_seconds(), 0.1))


def _poison(name: str) -> str | None:
    return None if name.endswith("-poison") else f"{name}-poison"
