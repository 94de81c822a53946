"""Singletons: one holder of a name at a time over all instances, by the lease of a blob.

As in the WebJobs SDK (Singleton/BlobLeaseDistributedLockManager in azure-webjobs-sdk), but a lock that is lost
cancels the call that needs it and not the process, and waiting for one ends with the host.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from jobhost.backoff import Jitter, spread
from jobhost.blobs import Blobs
from jobhost.clock import Clock
from jobhost.context import CancelReason, Context
from jobhost.errors import GiveBack, LeaseLost, LockTimeout, QueueError
from jobhost.keeper import Keeper
from jobhost.logs import Log

LEASE_SECONDS = 15
"""The service takes 15 to 60 (Lease Blob); a dead holder blocks others for no longer than this."""
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0


class Held:
    """A lock in our hands, renewed by the keeper at half its length."""

    def __init__(self, blobs: Blobs, name: str, lease: str, clock: Clock, lost: Callable[[str], None]) -> None:
        self._blobs, self._name, self._lease, self._clock, self._lost = blobs, name, lease, clock, lost
        self._until = 0.0
        self._due = 0.0
        self.renewed(clock.monotonic())

    @property
    def due(self) -> float:
        """When the lease is to be renewed."""
        return self._due

    def renewed(self, at: float) -> None:
        """The lease runs from the monotonic time `at`."""
        self._until, self._due = at + LEASE_SECONDS, at + LEASE_SECONDS / 2

    def attend(self) -> None:
        """Renew; a fault is tried again, and tells the holder once the lease has run out."""
        started = self._clock.monotonic()
        try:
            self._blobs.renew(self._name, self._lease)
        except LeaseLost as error:
            self._give_up(str(error))
        except QueueError as error:
            remaining = self._until - self._clock.monotonic()
            if remaining <= 0:
                self._give_up(str(error))
            else:
                self._due = self._clock.monotonic() + max(remaining / 2, 1.0)
        else:
            self.renewed(started)

    def _give_up(self, reason: str) -> None:
        self._due = math.inf
        self._lost(reason)


class Locks:
    """Takes and gives back locks under the host's own prefix."""

    def __init__(
        self, blobs: Blobs, prefix: str, keeper: Keeper, clock: Clock, log: Log, *, jitter: Jitter = spread
    ) -> None:
        self._blobs, self._prefix, self._keeper = blobs, prefix, keeper
        self._clock, self._log, self._jitter = clock, log, jitter

    @contextmanager
    def held(self, name: str, context: Context, wait: timedelta | None) -> Iterator[None]:
        """Hold the lock `name` for the block; `context` is cancelled when it is lost.

        Raises:
            LockTimeout: somebody else has it for all of `wait`; None waits for as long as the context lives.
            GiveBack: the context was cancelled while waiting.
        """
        blob = f"locks/{self._prefix}/{name}"
        lease = self._taken(blob, context, wait)

        def lost(reason: str) -> None:
            self._log.warning("lock-lost", lock=name, function=context.function, reason=reason)
            context.cancel(CancelReason.LOCK_LOST)

        held = Held(self._blobs, blob, lease, self._clock, lost)
        self._keeper.watch(held)
        try:
            yield
        finally:
            self._keeper.forget(held)
            self._release(blob, lease)

    def _taken(self, blob: str, context: Context, wait: timedelta | None) -> str:
        ends = math.inf if wait is None else self._clock.monotonic() + wait.total_seconds()
        pause, reason = FIRST_WAIT_SECONDS, "somebody else has it"
        while True:
            try:
                lease = self._blobs.acquire(blob, LEASE_SECONDS)
            except QueueError as error:
                lease, reason = None, str(error)
            if lease is not None:
                return lease
            if self._clock.monotonic() >= ends:
                raise LockTimeout(f"{blob}: was not free within the wait; {reason}")
            if self._clock.wait(context.cancelled, min(pause * self._jitter(), LONGEST_WAIT_SECONDS)):
                raise GiveBack(context.cancel_reason or "cancelled")
            pause = min(pause * 2, LONGEST_WAIT_SECONDS)

    def _release(self, blob: str, lease: str) -> None:
        try:
            self._blobs.release(blob, lease)
        except QueueError as error:
            self._log.warning("lock-release-failed", lock=blob, reason=error, free_in=LEASE_SECONDS)
