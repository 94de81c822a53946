"""The hold on one received message: renewed while its handler runs, given up in exactly one way.

One lock orders renewal before settling, so that delete and release always use the newest receipt.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from jobhost.clock import Clock
from jobhost.errors import LeaseLost, QueueError
from jobhost.logs import Log
from jobhost.queues import Queue, Received

FIRST_RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 10.0
SHORTEST_RENEWAL_SECONDS = 1.0


class Lease:
    """A message that is hidden from other readers as long as this host holds it."""

    __slots__ = (
        "_clock", "_length", "_lock", "_log", "_queue", "_receipt", "_settled", "_until",
        "lost", "on_lost", "received", "renew_at",
    )  # fmt: skip

    def __init__(
        self, queue: Queue, received: Received, length: timedelta, taken: float, clock: Clock, log: Log
    ) -> None:
        """`taken` is the monotonic time just before the receive call: the service's lease cannot start earlier."""
        self.received = received
        self.lost = False
        """Whether the service gave the message to somebody else, or may have."""
        self.on_lost: Callable[[], None] | None = None
        """Told when the message is lost while its handler runs."""
        self._queue = queue
        self._length = length
        self._clock = clock
        self._log = log
        self._receipt = received.receipt
        self.renew_at = 0.0
        """The monotonic time when the next renewal is due."""
        self._until = 0.0
        self._renewed(taken)
        self._settled = False
        self._lock = threading.Lock()

    @property
    def held(self) -> bool:
        """Whether the message is still ours to settle."""
        return not (self._settled or self.lost)

    def renew(self) -> None:
        """Hide the message for one more length from now; a fault shortens the wait to the next try."""
        if not self._lock.acquire(blocking=False):
            return  # being settled right now
        try:
            if self.held:
                self._extend()
                if self.lost and self.on_lost is not None:
                    self.on_lost()
        finally:
            self._lock.release()

    def _extend(self) -> None:
        started = self._clock.monotonic()
        try:
            self._receipt = self._queue.extend(self.received.id, self._receipt, self._length)
        except LeaseLost:
            self._lose("another reader has the message, or it was deleted")
        except QueueError as fault:
            remaining = self._until - self._clock.monotonic()
            if remaining <= 0:
                self._lose(str(fault))
            else:
                self.renew_at = self._clock.monotonic() + max(remaining / 2, SHORTEST_RENEWAL_SECONDS)
                self._log.warning("renewal-failed", queue=self._queue.name, message=self.received.id, reason=fault)
        else:
            self._renewed(started)

    def _renewed(self, at: float) -> None:
        """The lease runs from the monotonic time `at`."""
        seconds = self._length.total_seconds()
        self._until, self.renew_at = at + seconds, at + seconds / 2

    def delete(self) -> bool:
        """Remove the message; False when it was no longer ours or the service stayed away until the lease's end."""
        return self._settle(lambda: self._queue.delete(self.received.id, self._receipt))

    def release(self, delay: timedelta) -> bool:
        """Let the message be seen again after `delay`; False as for `delete`."""
        return self._settle(lambda: self._release_call(delay))

    def _release_call(self, delay: timedelta) -> None:
        self._queue.extend(self.received.id, self._receipt, delay)

    def give_back(self, patience: float) -> bool:
        """Make the message visible now, in one try that waits at most `patience` seconds for a settling in hand."""
        if not self._lock.acquire(timeout=patience):
            return False
        try:
            if not self.held:
                return False
            self._settled = True
            self._release_call(timedelta(0))
        except LeaseLost:
            return False
        except QueueError as fault:
            self._log.warning("release-failed", queue=self._queue.name, message=self.received.id, reason=fault)
            return False
        else:
            return True
        finally:
            self._lock.release()

    def _settle(self, call: Callable[[], None]) -> bool:
        """Run `call` once with success, trying again until the lease ends; then the message simply comes back."""
        with self._lock:
            if not self.held:
                return False
            wait = FIRST_RETRY_SECONDS
            while True:
                try:
                    call()
                except LeaseLost:
                    self._lose("another reader has the message, or it was deleted")
                    return False
                except QueueError as fault:
                    if self._clock.monotonic() + wait >= self._until:
                        self._lose(str(fault))
                        return False
                    self._clock.sleep(wait)
                    wait = min(wait * 2, LONGEST_RETRY_SECONDS)
                else:
                    self._settled = True
                    return True

    def _lose(self, reason: str) -> None:
        self.lost = True
        self._log.warning("lease-lost", queue=self._queue.name, message=self.received.id, reason=reason)
