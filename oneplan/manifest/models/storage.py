"""Queues, containers and tables in `oneplan.yaml`."""

from typing import Annotated

from pydantic import Field

from oneplan.manifest.models.base import Section
from oneplan.manifest.models.kinds import Between, Days, Duration, days, minutes, seconds


class QueueAlert(Section):
    """When to tell somebody about a queue."""

    poison: Annotated[int, Between(1, 100_000)] | None = Field(
        default=None, description="Tell when this many messages were given up.", examples=["1"]
    )
    oldest: Annotated[Duration, Between(minutes(1), days(366))] | None = Field(
        default=None, description="Tell when a message has waited this long.", examples=["15m"]
    )
    notify: tuple[str, ...] = Field(default=(), description="The notify groups to tell.", examples=["[ops]"])


class Queue(Section):
    """A storage queue and its poison queue."""

    attempts: Annotated[int, Between(1, 100)] = Field(
        default=5, description="A message that failed this often moves to the poison queue.", examples=["5"]
    )
    lease: Annotated[Duration, Between(seconds(1), days(7))] = Field(
        default=minutes(5),
        description="A message being handled is hidden from other readers for this long.",
        examples=["5m"],
    )
    keep: Annotated[Duration, Between(minutes(1), days(366))] = Field(
        default=days(7), description="A message that nobody reads is dropped after this long.", examples=["7d"]
    )
    delay: Annotated[Duration, Between(seconds(0), days(7))] = Field(
        default=seconds(0), description="A new message can be read only after this long.", examples=["30s"]
    )
    alert: QueueAlert = Field(
        default_factory=QueueAlert,
        description="When to tell somebody about the queue.",
        examples=["{poison: 1, oldest: 15m, notify: [ops]}"],
    )


class Container(Section):
    """A blob container."""

    public: bool = Field(default=False, description="Anyone may read the blobs.")
    keep: Annotated[Days, Between(days(1), days(3650))] | None = Field(
        default=None, description="Blobs are deleted this many days after their last change.", examples=["30d"]
    )


class Table(Section):
    """A storage table; nothing to say about it yet."""
