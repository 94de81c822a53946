"""What a handler has in hand: a message's lease is renewed, and its time-out strikes in steps."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

from jobhost.clock import Clock
from jobhost.context import CancelReason, Context
from jobhost.lease import Lease

CANCEL_SECONDS = 2.0
"""Between asking a handler to end and cancelling its task, and between that and giving up on it."""


class NoLease:
    """In place of a lease for what has no message, as a timer's run."""

    held = True
    renew_at = math.inf
    on_lost: Callable[[], None] | None = None

    def renew(self) -> None:
        """There is nothing to renew."""

    def give_back(self, patience: float) -> bool:
        """There is nothing to give back."""
        return patience < 0


class Running:
    """What the keeper watches for one call.

    A time-out first sets the context's `cancelled`, then cancels a coroutine's task, and then settles the message
    as failed without its handler, whose thread keeps its slot.
    """

    __slots__ = ("_clock", "_give_up", "_next_step", "began", "cancel_task", "context", "lease")

    def __init__(
        self,
        lease: Lease | NoLease,
        context: Context,
        clock: Clock,
        timeout: timedelta | None,
        give_up: Callable[[], None],
    ) -> None:
        self.lease = lease
        self.context = context
        self.cancel_task: Callable[[], None] | None = None
        """Cancels the handler's task, while it is a coroutine that runs."""
        self.began = clock.monotonic()
        """The monotonic time of the start."""
        self._clock = clock
        self._give_up = give_up
        self._next_step = math.inf if timeout is None else self.began + timeout.total_seconds()
        lease.on_lost = lambda: context.cancel(CancelReason.LEASE_LOST)

    @property
    def due(self) -> float:
        """When the lease is to be renewed or the time-out's next step is taken."""
        return min(self.lease.renew_at, self._next_step) if self.lease.held else math.inf

    def attend(self) -> None:
        """Renew the lease, take the step, whichever is due."""
        now = self._clock.monotonic()
        if self.lease.renew_at <= now:
            self.lease.renew()
        if self._next_step <= now:
            self._step(now)

    def _step(self, now: float) -> None:
        self._next_step = now + CANCEL_SECONDS
        if self.context.cancel_reason is not CancelReason.TIMEOUT:
            if self.context.cancel_reason is not None:
                self._next_step = math.inf  # it ends for another reason already
                return
            self.context.cancel(CancelReason.TIMEOUT)
        elif self.cancel_task is not None:
            cancel, self.cancel_task = self.cancel_task, None
            cancel()
        else:
            self._next_step = math.inf
            self._give_up()
