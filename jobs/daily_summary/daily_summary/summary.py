"""What happened since the last report, from the rows of the tables and the counts of the queue. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

LOW_STOCK = 3

Row = Mapping[str, Any]


@dataclass(frozen=True)
class QueueState:
    """The thumbnails queue at the time of the report."""

    name: str
    waiting: int
    """Messages in the queue, hidden ones included, as the service counts them: about right."""
    poisoned: int
    """Messages in its poison queue: photos that no attempt could handle."""
    poisoned_photos: tuple[str, ...]
    """What the first of them say, for the person who looks into it."""


@dataclass(frozen=True)
class Movement:
    """All stock changes of one watch in the period, added up."""

    sku: str
    name: str
    brand: str
    into_stock: int
    out_of_stock: int
    now: int
    """The stock after the last change."""


@dataclass(frozen=True)
class Assortment:
    """The products table at the time of the report."""

    on_sale: int
    discontinued: int
    sold_out: tuple[str, ...]
    low: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """One report."""

    since: datetime
    until: datetime
    queue: QueueState
    movements: tuple[Movement, ...]
    assortment: Assortment

    @property
    def into_stock(self) -> int:
        """Pieces that came in."""
        return sum(movement.into_stock for movement in self.movements)

    @property
    def out_of_stock(self) -> int:
        """Pieces that left."""
        return sum(movement.out_of_stock for movement in self.movements)

    def __str__(self) -> str:
        """The report in one line."""
        return (
            f"{len(self.movements)} watches moved (+{self.into_stock} −{self.out_of_stock}), "
            f"{self.assortment.on_sale} on sale, {len(self.assortment.sold_out)} sold out; "
            f"queue {self.queue.name}: {self.queue.waiting} waiting, {self.queue.poisoned} poisoned"
        )


def period_start(last_until: datetime | None, now: datetime, zone: tzinfo) -> datetime:
    """Where the last report ended, or the start of yesterday in the shop's zone when there is none."""
    if last_until is not None and last_until <= now:
        return last_until
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    return datetime.combine(yesterday, time(), zone)


def movements_between(rows: Iterable[Row], since: datetime, until: datetime) -> tuple[Movement, ...]:
    """The changes of the period by watch, the busiest first."""
    of_period = sorted(
        (row for row in rows if since <= datetime.fromisoformat(str(row["at"])) < until),
        key=lambda row: str(row["at"]),
    )
    by_sku: dict[str, Movement] = {}
    for row in of_period:
        sku, change = str(row["sku"]), int(row["change"])
        before = by_sku.get(sku)
        by_sku[sku] = Movement(
            sku,
            str(row["name"]),
            str(row["brand"]),
            into_stock=(before.into_stock if before else 0) + max(change, 0),
            out_of_stock=(before.out_of_stock if before else 0) + max(-change, 0),
            now=int(row["after"]),
        )
    return tuple(
        sorted(by_sku.values(), key=lambda movement: (-movement.into_stock - movement.out_of_stock, movement.sku))
    )


def assortment(rows: Iterable[Row]) -> Assortment:
    """The state of the products."""
    known = list(rows)
    selling = sorted((row for row in known if not row.get("discontinued")), key=lambda row: str(row["RowKey"]))
    return Assortment(
        on_sale=len(selling),
        discontinued=len(known) - len(selling),
        sold_out=tuple(_label(row) for row in selling if int(row["stock"]) == 0),
        low=tuple(_label(row) for row in selling if 0 < int(row["stock"]) <= LOW_STOCK),
    )


def _label(row: Row) -> str:
    return f"{row['brand']} {row['name']} ({row['RowKey']})"
