"""A storage queue in memory, as strict about receipts and sizes as the service."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from jobhost.clock import Clock
from jobhost.encoding import MAX_BODY_BYTES, decoded
from jobhost.errors import LeaseLost, QueueError
from jobhost.queues import FOREVER, MAX_RECEIVE, Received
from jobhost.testing.manual_clock import ManualClock

FOR_SEVEN_DAYS = timedelta(days=7)


class _Stored(NamedTuple):
    received: Received
    visible: datetime
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class Lying:
    """One message that lies in a queue, for a test to look at."""

    id: str
    raw: str
    """The content as it lies there."""
    attempt: int
    """How often it was handed out."""
    expires: datetime | None
    """When the service drops it; None for never."""

    @property
    def text(self) -> str:
        """The content, out of its Base64 where it is JSON."""
        return decoded(self.raw, "auto").decode()

    @property
    def body(self) -> Any:
        """The JSON value that the content says; the text when it says none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return self.text


class MemoryQueue:
    """A storage queue in memory: visibility, receipts, dequeue counts, expiry, size limit, scripted faults.

    Like the service it promises no order; `seed` shuffles what a receive finds.
    """

    def __init__(self, name: str, clock: Clock | None = None, *, seed: int | None = None) -> None:
        self.name = name
        self.exists = True
        """Whether the queue is there; one that is not answers 404 to everything but `create`."""
        self.calls: dict[str, int] = {"receive": 0, "extend": 0, "delete": 0, "send": 0, "create": 0}
        """How often each operation was asked for."""
        self.asked: list[int] = []
        """How many messages each receive asked for."""
        self.sent: dict[str, str] = {}
        """Every body that was ever sent, by message."""
        self.deleted: set[str] = set()
        self.expired: set[str] = set()
        self.stale_receipts = 0
        """Calls with a receipt although its holder had been given a newer one."""
        self._clock = clock or ManualClock()
        self._shuffle = random.Random(seed) if seed is not None else None
        self._messages: dict[str, _Stored] = {}
        self._faults: list[tuple[str, BaseException, bool]] = []
        self._chance: tuple[random.Random, float] | None = None
        self._renewed: set[str] = set()
        self._numbers = count(1)
        self._lock = threading.RLock()

    def fail(self, operation: str, error: BaseException, *, times: int = 1, after_effect: bool = False) -> None:
        """Let the next `times` calls of `operation` raise `error`, before or after the call did its work."""
        self._faults += [(operation, error, after_effect)] * times

    def fail_randomly(self, chance: float, seed: int) -> None:
        """Let each call fail with this chance, half of them after their effect."""
        self._chance = (random.Random(seed), chance) if chance else None

    def heal(self) -> None:
        """Forget every fault that has not struck yet."""
        self._faults.clear()
        self._chance = None

    def receive(self, count: int, lease: timedelta) -> list[Received]:
        """Up to `count` (at most 32) visible messages with new receipts."""
        with self._lock:
            after = self._begin("receive")
            self.asked.append(count)
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
            self._messages[id] = stored._replace(received=received, visible=self._clock.now() + delay)
            self._end(after)
            self._renewed.add(receipt)
            return received.receipt

    def delete(self, id: str, receipt: str) -> None:
        """Remove the message."""
        with self._lock:
            after = self._begin("delete")
            self._owned(id, receipt)
            del self._messages[id]
            self.deleted.add(id)
            self._end(after)

    def send(self, body: str, *, ttl: timedelta | None = None, delay: timedelta = timedelta(0)) -> None:
        """Append a message.

        Raises:
            QueueError: the body is larger than 64 KiB.
        """
        with self._lock:
            after = self._begin("send")
            if len(body.encode()) > MAX_BODY_BYTES:
                raise QueueError(f"{self.name}: the service answered 413 RequestBodyTooLarge", status=413)
            now = self._clock.now()
            expires = None if ttl == FOREVER else now + (ttl or FOR_SEVEN_DAYS)
            received = Received(f"message-{next(self._numbers)}", "", body, attempt=0, enqueued=now, expires=expires)
            self._messages[received.id] = _Stored(received, now + delay, expires)
            self.sent[received.id] = body
            self._end(after)

    def create(self) -> None:
        """Make the queue."""
        with self._lock:
            self.calls["create"] += 1
            after = self._struck("create")
            self.exists = True
            self._end(after)

    def ids(self) -> tuple[str, ...]:
        """The messages that lie in the queue, hidden or not."""
        with self._lock:
            return tuple(stored.received.id for stored in self._live())

    def bodies(self) -> tuple[str, ...]:
        """What lies in the queue, hidden or not, in the order it was sent."""
        with self._lock:
            return tuple(stored.received.body for stored in self._live())

    def __getitem__(self, index: int) -> Lying:
        """The message at that place, the oldest first; `for` and `list` give all."""
        with self._lock:
            stored = self._live()[index]
        received = stored.received
        return Lying(received.id, received.body, received.attempt, stored.expires)

    def __len__(self) -> int:
        """How many messages lie in the queue, hidden ones included, as the service's approximate count."""
        return len(self.bodies())

    def next_visible(self) -> datetime | None:
        """When the first message is, or was, to be seen."""
        with self._lock:
            return min((stored.visible for stored in self._live()), default=None)

    def _live(self) -> list[_Stored]:
        now = self._clock.now()
        gone = [
            message
            for message, stored in self._messages.items()
            if stored.expires is not None and stored.expires <= now
        ]
        for message in gone:
            self.expired.add(message)
            del self._messages[message]
        return list(self._messages.values())

    def _hand_out(self, stored: _Stored, until: datetime) -> Received:
        received = replace(
            stored.received, receipt=f"receipt-{next(self._numbers)}", attempt=stored.received.attempt + 1
        )
        self._messages[received.id] = stored._replace(received=received, visible=until)
        return received

    def _owned(self, id: str, receipt: str) -> _Stored:
        stored = self._messages.get(id)
        if stored is None or stored.received.receipt != receipt:
            self.stale_receipts += receipt in self._renewed
            raise LeaseLost(f"{self.name}: MessageNotFound", status=404)
        return stored

    def _begin(self, operation: str) -> BaseException | None:
        """Count the call; raise a fault that strikes before the effect, answer one that strikes after it."""
        self.calls[operation] += 1
        if not self.exists:
            raise QueueError(f"{self.name}: the service answered 404 QueueNotFound", status=404)
        return self._struck(operation)

    def _struck(self, operation: str) -> BaseException | None:
        for index, (name, error, after_effect) in enumerate(self._faults):
            if name == operation:
                del self._faults[index]
                if not after_effect:
                    raise error
                return error
        if self._chance is not None and self._chance[0].random() < self._chance[1]:
            error = QueueError(f"{self.name}: the service answered 503 ServerBusy", status=503)
            if self._chance[0].random() < 0.5:
                raise error
            return error
        return None

    @staticmethod
    def _end(fault: BaseException | None) -> None:
        if fault is not None:
            raise fault
