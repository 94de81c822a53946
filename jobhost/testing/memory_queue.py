"""A storage queue in memory, as strict about receipts and sizes as the service."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from jobhost.errors import LeaseLost, QueueError
from jobhost.queues import MAX_RECEIVE, Received
from jobhost.testing.manual_clock import ManualClock

MAX_BODY_BYTES = 64 * 1024
FOR_SEVEN_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class _Stored:
    received: Received
    visible: datetime
    expires: datetime | None


class MemoryQueue:
    """A storage queue in memory: visibility, receipts, dequeue counts, expiry, size limit, scripted faults.

    Like the service it promises no order; `seed` shuffles what a receive finds.
    """

    def __init__(self, name: str, clock: ManualClock | None = None, *, seed: int | None = None) -> None:
        self.name = name
        self.calls: dict[str, int] = {"receive": 0, "extend": 0, "delete": 0, "send": 0}
        """How often each operation was asked for."""
        self._clock = clock or ManualClock()
        self._shuffle = random.Random(seed) if seed is not None else None
        self._messages: dict[str, _Stored] = {}
        self._faults: list[tuple[str, QueueError, bool]] = []
        self._numbers = count(1)
        self._lock = threading.RLock()

    def fail(self, operation: str, error: QueueError, *, times: int = 1, after_effect: bool = False) -> None:
        """Let the next `times` calls of `operation` raise `error`, before or after the call did its work."""
        self._faults += [(operation, error, after_effect)] * times

    def receive(self, count: int, lease: timedelta) -> list[Received]:
        """Up to `count` (at most 32) visible messages with new receipts."""
        with self._lock:
            after = self._begin("receive")
            now = self._clock.now()
            ready = [stored for stored in self._live() if stored.visible <= now]
            if self._shuffle:
                self._shuffle.shuffle(ready)
            taken = [self._hand_out(stored, now + lease) for stored in ready[: min(count, MAX_RECEIVE)]]
            self._end(after)
            return taken

    def extend(self, id: str, receipt: str, delay: timedelta) -> str:
        """Hide the message for `delay`; the old receipt is void afterwards."""
        with self._lock:
            after = self._begin("extend")
            stored = self._owned(id, receipt)
            received = replace(stored.received, receipt=f"receipt-{next(self._numbers)}")
            self._messages[id] = replace(stored, received=received, visible=self._clock.now() + delay)
            self._end(after)
            return received.receipt

    def delete(self, id: str, receipt: str) -> None:
        """Remove the message."""
        with self._lock:
            after = self._begin("delete")
            self._owned(id, receipt)
            del self._messages[id]
            self._end(after)

    def send(self, body: str, *, forever: bool = False) -> None:
        """Append a message.

        Raises:
            QueueError: the body is larger than 64 KiB.
        """
        with self._lock:
            after = self._begin("send")
            if len(body.encode()) > MAX_BODY_BYTES:
                raise QueueError(f"{self.name}: the service answered 413 RequestBodyTooLarge")
            now = self._clock.now()
            received = Received(f"message-{next(self._numbers)}", "", body, attempt=0, enqueued=now)
            self._messages[received.id] = _Stored(received, now, None if forever else now + FOR_SEVEN_DAYS)
            self._end(after)

    def bodies(self) -> tuple[str, ...]:
        """What lies in the queue, hidden or not, in the order it was sent."""
        with self._lock:
            return tuple(stored.received.body for stored in self._live())

    def __len__(self) -> int:
        """How many messages lie in the queue, hidden ones included, as the service's approximate count."""
        return len(self.bodies())

    def next_visible(self) -> datetime | None:
        """When the first message is, or was, to be seen."""
        with self._lock:
            return min((stored.visible for stored in self._live()), default=None)

    def _live(self) -> list[_Stored]:
        now = self._clock.now()
        return [stored for stored in self._messages.values() if stored.expires is None or stored.expires > now]

    def _hand_out(self, stored: _Stored, until: datetime) -> Received:
        received = replace(
            stored.received, receipt=f"receipt-{next(self._numbers)}", attempt=stored.received.attempt + 1
        )
        self._messages[received.id] = replace(stored, received=received, visible=until)
        return received

    def _owned(self, id: str, receipt: str) -> _Stored:
        stored = self._messages.get(id)
        if stored is None or stored.received.receipt != receipt:
            raise LeaseLost(f"{self.name}: MessageNotFound")
        return stored

    def _begin(self, operation: str) -> QueueError | None:
        """Count the call; raise a fault that strikes before the effect, answer one that strikes after it."""
        self.calls[operation] += 1
        for index, (name, error, after_effect) in enumerate(self._faults):
            if name == operation:
                del self._faults[index]
                if not after_effect:
                    raise error
                return error
        return None

    @staticmethod
    def _end(fault: QueueError | None) -> None:
        if fault is not None:
            raise fault
