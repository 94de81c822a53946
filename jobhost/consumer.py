"""Reads one queue: asks for as many messages as there are free slots, and runs each in a slot.

Nothing is received that cannot start at once, so nothing waits under a lease that runs out.
"""

from __future__ import annotations

import threading

from jobhost.backoff import IdlePolling
from jobhost.capacity import Capacity
from jobhost.delivery import Deliverer
from jobhost.dynamic import Dynamic, Processor
from jobhost.errors import QueueError
from jobhost.lease import Lease
from jobhost.queues import MAX_RECEIVE
from jobhost.services import Services
from jobhost.workers import Workers

GATHER_SECONDS = 0.02
"""How long a slot stays empty in order to fetch several messages with one call."""
LOOK_AGAIN_SECONDS = 1.0
"""How often a full function with dynamic concurrency looks at its level."""
REFUSALS = frozenset({400, 401, 403})
"""Answers that looking again soon does not change."""


class Consumer:
    """The loop of one queue function."""

    def __init__(
        self, deliverer: Deliverer, services: Services, capacity: Capacity, workers: Workers, processor: Processor
    ) -> None:
        self.deliverer = deliverer
        self.polls = 0
        """How often the queue was asked."""
        self.found = 0
        """How many messages it gave."""
        self.fault = ""
        """What is wrong with the queue now; empty when nothing is."""
        self.running = 0
        """Messages in hand."""
        settings = deliverer.settings
        self._services, self._capacity, self._workers = services, capacity, workers
        self._idle = IdlePolling(settings.max_poll)
        self._dynamic = Dynamic(settings.concurrency, processor) if settings.dynamic else None
        self._wake = threading.Event()
        self._stopping = False
        self._paused = False
        self._is_busy = False
        self._awaited = 0
        self._thread = threading.Thread(target=self._run, name=f"jobhost-{deliverer.queue.name}", daemon=True)

    def start(self) -> None:
        """Read the queue in the background until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Receive nothing more; handlers that run go on."""
        self._stopping = True
        self.wake()

    def pause(self) -> None:
        """Receive nothing until `resume`; handlers that run go on."""
        self._paused = True

    def resume(self) -> None:
        """Receive again."""
        self._paused = False
        self.wake()

    def wake(self) -> None:
        """Look at the queue now, however long the wait is: somebody in this process has sent something."""
        self._wake.set()
        with self._capacity.changed:
            self._capacity.changed.notify_all()

    @property
    def is_paused(self) -> bool:
        """Whether `pause` was called last."""
        return self._paused

    @property
    def concurrency(self) -> int:
        """How many messages may be in hand now."""
        return self._dynamic.level if self._dynamic else self.deliverer.settings.concurrency

    @property
    def finished(self) -> bool:
        """Whether the loop has ended and no handler runs."""
        return not self._thread.is_alive() and self.running == 0

    def poll(self, most: int = MAX_RECEIVE) -> float:
        """One turn: fetch what there are slots for and start it; answers the seconds to wait before the next."""
        free = self._reserve(most)
        if not free:
            return 0.0
        self._wake.clear()
        leases, refused = self._take(free)
        with self._capacity.changed:
            self.running -= free - len(leases)
            self._capacity.give(free - len(leases))
        self._is_busy = len(leases) == free
        if self._stopping:  # the stop came while the call was under way: these were never started
            for lease in leases:
                lease.give_back(patience=0)
                self._end()
            return 0.0
        if not leases:
            return self._idle.longest() if refused else self._idle.next_wait()
        self._idle.found()
        for lease in leases:
            self._workers.submit(lambda lease=lease: self._occupy(lease))  # type: ignore[misc]
        return 0.0

    def _run(self) -> None:
        while not self._stopping:
            wait = self.poll()
            if wait:
                self._wake.wait(wait)

    def _take(self, count: int) -> tuple[list[Lease], bool]:
        """Receive up to `count`, and whether the service refused; a fault is logged once and counts as none."""
        deliverer, services = self.deliverer, self._services
        queue, length = deliverer.queue, deliverer.settings.lease
        taken = services.clock.monotonic()
        self.polls += 1
        try:
            received = queue.receive(count, length)
        except QueueError as fault:
            if str(fault) != self.fault:
                services.log.error("receive-failed", queue=queue.name, reason=fault)  # noqa: TRY400 - one line
            self.fault = str(fault)
            return [], fault.status in REFUSALS
        if self.fault:
            services.log.info("receive-recovered", queue=queue.name)
            self.fault = ""
        self.found += len(received)
        if deliverer.settings.rate is not None:
            deliverer.settings.rate.take(len(received))
        return [Lease(queue, message, length, taken, services.clock, services.log) for message in received], False

    def _reserve(self, most: int) -> int:
        """Wait for free slots and take them; 0 when the host stops."""
        changed = self._capacity.changed
        most = min(most, self.deliverer.settings.batch_size, MAX_RECEIVE)
        with changed:
            if self._is_busy and (wanted := min(most, self.concurrency) // 2) > 1:
                self._awaited = wanted
                changed.wait_for(lambda: self._stopping or self.ready(most) >= wanted, GATHER_SECONDS)
            free = 0
            while not self._stopping and not free:
                self._awaited = 1
                free = self._capacity.take(self.ready(most))
                if not free:
                    changed.wait(self._patience())
            self._awaited = 0
            self.running += free
            return free

    def ready(self, most: int = MAX_RECEIVE) -> int:
        """How many messages this function may take now, at most `most`."""
        if self._paused:
            return 0
        now, rate = self._services.clock.monotonic(), self.deliverer.settings.rate
        if self._dynamic:
            self._dynamic.adjust(now, self.running)
        free = min(most, self.concurrency - self.running)
        return max(0, free if rate is None else min(free, rate.available(now)))

    def _patience(self) -> float | None:
        """How long to wait for a slot before looking again; None until somebody says that something changed."""
        rate = self.deliverer.settings.rate
        if rate is not None and not self._paused and self.running < self.concurrency:
            return max(rate.wait, 0.01)
        return LOOK_AGAIN_SECONDS if self._dynamic else None

    def _occupy(self, lease: Lease) -> None:
        try:
            self.deliverer.deliver(lease)
        finally:
            self._end()

    def _end(self) -> None:
        """Free the slot; the loop is told only when as many are free as it waits for."""
        with self._capacity.changed:
            self.running -= 1
            self._capacity.give(1)
            if self._awaited and self.concurrency - self.running >= self._awaited:
                self._awaited = 0
                self._capacity.changed.notify_all()
