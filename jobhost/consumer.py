"""Reads one queue: asks for as many messages as there are free slots, and runs each in a slot.

Nothing is received that cannot start at once, so nothing waits under a lease that runs out.
"""

from __future__ import annotations

import threading
from datetime import timedelta

from jobhost.backoff import IdlePolling
from jobhost.clock import Clock
from jobhost.delivery import Deliverer
from jobhost.errors import QueueError
from jobhost.lease import Lease
from jobhost.logs import Log
from jobhost.queues import MAX_RECEIVE


class Consumer:
    """The loop of one queue function."""

    def __init__(self, deliverer: Deliverer, max_poll: timedelta, clock: Clock, log: Log) -> None:
        self.deliverer = deliverer
        self._clock = clock
        self._log = log
        self._idle = IdlePolling(max_poll)
        self._stop = threading.Event()
        self._slots = threading.Condition()
        self._running = 0
        self._fault = ""
        self._thread = threading.Thread(target=self._run, name=f"jobhost-{deliverer.queue.name}", daemon=True)

    def start(self) -> None:
        """Read the queue in the background until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Receive nothing more; handlers that run go on."""
        self._stop.set()
        with self._slots:
            self._slots.notify_all()

    @property
    def finished(self) -> bool:
        """Whether the loop has ended and no handler runs."""
        return not self._thread.is_alive() and self._running == 0

    def take(self, count: int) -> list[Lease]:
        """Receive up to `count` messages; a fault is logged once and counts as none."""
        taken = self._clock.monotonic()
        queue, length = self.deliverer.queue, self.deliverer.lease
        try:
            received = queue.receive(min(count, self.deliverer.function.batch, MAX_RECEIVE), length)
        except QueueError as fault:
            if str(fault) != self._fault:
                self._log.error("receive-failed", queue=queue.name, reason=fault)
            self._fault = str(fault)
            return []
        if self._fault:
            self._log.info("receive-recovered", queue=queue.name)
            self._fault = ""
        return [Lease(queue, message, length, taken, self._clock, self._log) for message in received]

    def _run(self) -> None:
        while not self._stop.is_set():
            free = self._wait_for_slots()
            if self._stop.is_set():
                return
            leases = self.take(free)
            if self._stop.is_set():  # the stop came while the call was under way: these were never started
                for lease in leases:
                    lease.give_back(patience=0)
            elif leases:
                self._idle.found()
                self._start_all(leases)
            else:
                self._stop.wait(self._idle.next_wait())

    def _wait_for_slots(self) -> int:
        concurrency = self.deliverer.function.concurrency
        with self._slots:
            self._slots.wait_for(lambda: self._running < concurrency or self._stop.is_set())
            return concurrency - self._running

    def _start_all(self, leases: list[Lease]) -> None:
        with self._slots:
            self._running += len(leases)
        for lease in leases:
            threading.Thread(target=self._occupy_slot, args=(lease,), daemon=True).start()

    def _occupy_slot(self, lease: Lease) -> None:
        try:
            self.deliverer.deliver(lease)
        finally:
            with self._slots:
                self._running -= 1
                self._slots.notify_all()
