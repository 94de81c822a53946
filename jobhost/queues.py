"""The queue as the host needs it: five operations and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

MAX_RECEIVE = 32
"""The service gives at most this many messages a call (Queue Storage REST, Get Messages)."""

FOREVER = timedelta(seconds=-1)
"""A message's time to live that never ends, as the service says it (Put Message)."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message as the service handed it out: hidden from others while the receipt is valid."""

    id: str
    receipt: str
    """Proof of the lease; every renewal replaces it."""
    body: str
    """The content as it lies in the queue, before any decoding."""
    attempt: int
    """How often the service has handed this message out, this time included."""
    enqueued: datetime
    expires: datetime | None = None
    """When the service drops the message; None when it never does or did not say."""


class Queue(Protocol):
    """A storage queue. Every method may raise `QueueError`; those that take a receipt may raise `LeaseLost`."""

    @property
    def name(self) -> str:
        """The queue's name, for logs."""

    def receive(self, count: int, lease: timedelta) -> list[Received]:
        """Up to `count` visible messages, now hidden for `lease`."""

    def extend(self, id: str, receipt: str, delay: timedelta) -> str:
        """Hide the message for `delay` from now and keep its body; answers the new receipt."""

    def delete(self, id: str, receipt: str) -> None:
        """Remove the message."""

    def send(self, body: str, *, ttl: timedelta | None = None, delay: timedelta = timedelta(0)) -> None:
        """Append a message, to be seen after `delay` and dropped after `ttl`; None means the service's seven days."""

    def create(self) -> None:
        """Make the queue; nothing happens when it is there."""
