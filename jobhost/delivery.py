"""One delivery of one message: decode, call the handler, settle.

What happens to the message follows the WebJobs SDK's QueueProcessor (azure-sdk-for-net,
Microsoft.Azure.WebJobs.Extensions.Storage.Queues), with three differences: a failure waits before the next
attempt, a delivery that a stop cut short never leads to the poison queue by itself, and storage errors do not
end the process.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from jobhost.backoff import Backoff
from jobhost.clock import Clock
from jobhost.errors import Poison, QueueError, Retry
from jobhost.keeper import LeaseKeeper
from jobhost.lease import Lease
from jobhost.logs import Log
from jobhost.message import Message
from jobhost.queues import Queue

DELIVERIES_BEYOND_ATTEMPTS = 3
"""Deliveries whose process died do not count as attempts, but they end somewhere."""
POISON_RETRY = timedelta(seconds=60)
"""How long a message hides, at least, when the poison queue cannot be written."""

Handler = Callable[[Message], object]
Encoding = Literal["text", "base64"]


class Outcome(StrEnum):
    """How a delivery ended."""

    HANDLED = "handled"
    FAILED = "failed"
    POISONED = "poisoned"
    LOST = "lost"


@dataclass(frozen=True)
class QueueFunction:
    """A handler and how its queue is to be read."""

    queue: str
    handler: Handler
    concurrency: int = 1
    batch: int = 16
    encoding: Encoding = "text"
    retry: Backoff = field(default_factory=Backoff)


@dataclass(frozen=True)
class Deliverer:
    """Delivers messages of one queue to one handler."""

    function: QueueFunction
    queue: Queue
    poison: Queue | None
    attempts: int
    lease: timedelta
    keeper: LeaseKeeper
    clock: Clock
    log: Log

    def deliver(self, lease: Lease) -> Outcome:
        """Call the handler with the leased message and settle the message by how that went."""
        if self.poison is not None and lease.received.attempt > self.attempts + DELIVERIES_BEYOND_ATTEMPTS:
            return self._to_poison(lease, "handed out again and again without an end; its handler may kill the process")
        self.keeper.watch(lease)
        try:
            return self._call_and_settle(lease)
        finally:
            self.keeper.forget(lease)

    def _call_and_settle(self, lease: Lease) -> Outcome:
        started = self.clock.monotonic()
        try:
            self.function.handler(self._message(lease))
        except Poison as error:
            return self._to_poison(lease, str(error))
        except Retry as error:
            return self._failed(lease, str(error), error.after)
        except Exception as error:  # noqa: BLE001 - a handler may raise anything; that fails its message, not the host
            self.log.trace(error)
            return self._failed(lease, f"{type(error).__name__}: {error}", None)
        return self._handled(lease, self.clock.monotonic() - started)

    def _message(self, lease: Lease) -> Message:
        received = lease.received
        text = decoded(received.body, self.function.encoding)
        return Message(received.id, text, received.attempt, received.enqueued, self.queue.name)

    def _handled(self, lease: Lease, seconds: float) -> Outcome:
        if not lease.delete():
            return Outcome.LOST
        self.log.info("handled", **self._about(lease), seconds=seconds)
        return Outcome.HANDLED

    def _failed(self, lease: Lease, reason: str, after: timedelta | None) -> Outcome:
        if self.poison is not None and lease.received.attempt >= self.attempts:
            return self._to_poison(lease, reason)
        delay = self.function.retry.delay(lease.received.attempt) if after is None else after
        if not lease.release(delay):
            return Outcome.LOST
        self.log.warning("failed", **self._about(lease), retry_in=delay.total_seconds(), reason=reason)
        return Outcome.FAILED

    def _to_poison(self, lease: Lease, reason: str) -> Outcome:
        """Copy the body as it is to the poison queue, then delete the original: a crash in between leaves two."""
        if self.poison is None:
            delay = self.function.retry.delay(lease.received.attempt)
            self.log.error("failed", **self._about(lease), retry_in=delay.total_seconds(), reason=reason)
            return Outcome.FAILED if lease.release(delay) else Outcome.LOST
        if lease.lost:
            return Outcome.LOST
        try:
            self.poison.send(lease.received.body, forever=True)
        except QueueError as fault:
            self.log.error(  # noqa: TRY400 - one line; the reason says it all
                "poison-failed", **self._about(lease), to=self.poison.name, reason=fault, cause=reason
            )
            lease.release(max(self.lease, POISON_RETRY))
            return Outcome.FAILED
        self.log.error("poisoned", **self._about(lease), to=self.poison.name, reason=reason)
        lease.delete()
        return Outcome.POISONED

    def _about(self, lease: Lease) -> dict[str, object]:
        received = lease.received
        return {"queue": self.queue.name, "message": received.id, "attempt": f"{received.attempt}/{self.attempts}"}


def decoded(body: str, encoding: Encoding) -> str:
    """The text that the sender meant.

    Raises:
        Poison: the body is not what `encoding` says; it never will be.
    """
    if encoding == "text":
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Poison(
            'body: is not Base64 of UTF-8 text; expected that, or a queue read with encoding="text"'
        ) from error
