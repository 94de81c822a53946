"""What has to change in the products table, and the stock movements that follow from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stock_sync.feed import Feed, FeedProduct

Row = Mapping[str, Any]
"""A table entity: PartitionKey, RowKey and values."""

COMPARED = ("name", "brand", "price_cents", "stock", "updated", "discontinued")


@dataclass(frozen=True)
class Changes:
    """The rows to write and the words for them."""

    products: tuple[Row, ...]
    movements: tuple[Row, ...]
    report: tuple[str, ...]
    """One line a changed watch."""
    new: int
    updated: int
    discontinued: int
    unchanged: int

    def __str__(self) -> str:
        """The counts in words, for example `3 updated, 1 new, 8 unchanged`."""
        parts = [f"{self.updated} updated", f"{self.new} new"]
        if self.discontinued:
            parts.append(f"{self.discontinued} discontinued")
        return ", ".join([*parts, f"{self.unchanged} unchanged"])


def compare(current: Iterable[Row], feed: Feed, now: datetime) -> Changes:
    """The difference between the table's rows and the feed; empty when they agree."""
    known = {(str(row["PartitionKey"]), str(row["RowKey"])): row for row in current}
    wanted = {(partition(product.brand), product.sku): product for product in feed.products}
    products: list[Row] = []
    movements: list[Row] = []
    report: list[str] = []
    new = updated = 0
    for key, product in wanted.items():
        before, after = known.get(key), _row(key, product)
        differences = _differences(before, after)
        if before is not None and not differences:
            continue
        products.append({**after, "synced": now.isoformat(timespec="seconds")})
        movements += _movement(before, after, now)
        report.append(f"{product.sku} {product.name}: {', '.join(differences) or f'new, {product.stock} in stock'}")
        new, updated = (new + 1, updated) if before is None else (new, updated + 1)
    gone = [
        row
        for key, row in known.items()
        if key not in wanted and key[1] not in feed.doubtful and not row.get("discontinued")
    ]
    products += [{**_plain(row), "discontinued": True, "synced": now.isoformat(timespec="seconds")} for row in gone]
    report += [f"{row['RowKey']} {row['name']}: no longer in the feed, discontinued" for row in gone]
    unchanged = len(wanted) - new - updated
    return Changes(tuple(products), tuple(movements), tuple(report), new, updated, len(gone), unchanged)


def partition(brand: str) -> str:
    """The partition of a brand's watches: its letters and digits, as table keys allow."""
    plain = unicodedata.normalize("NFKD", brand).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "other"


def _row(key: tuple[str, str], product: FeedProduct) -> dict[str, Any]:
    return {
        "PartitionKey": key[0],
        "RowKey": key[1],
        "name": product.name,
        "brand": product.brand,
        "price_cents": product.price_cents,
        "stock": product.stock,
        "updated": product.updated,
        "discontinued": False,
    }


def _plain(row: Row) -> dict[str, Any]:
    return {key: row[key] for key in ("PartitionKey", "RowKey", *COMPARED) if key in row}


def _differences(before: Row | None, after: Row) -> list[str]:
    if before is None:
        return []
    return [
        f"{_word(column)} {_value(column, before.get(column))} → {_value(column, after[column])}"
        for column in COMPARED
        if before.get(column) != after[column]
    ]


def _word(column: str) -> str:
    return "price" if column == "price_cents" else column


def _value(column: str, value: Any) -> str:
    return f"{value / 100:.2f}" if column == "price_cents" and isinstance(value, int) else str(value)


def _movement(before: Row | None, after: Row, now: datetime) -> list[Row]:
    """The movement row of a stock change. Its key follows from the change, so a second try writes the same row."""
    was, is_now = int(before.get("stock", 0)) if before else 0, int(after["stock"])
    if was == is_now:
        return []
    stamp = re.sub(r"\D", "", str(after["updated"]))
    return [
        {
            "PartitionKey": now.strftime("%Y-%m-%d"),
            "RowKey": f"{after['RowKey']}_{stamp}_{was}_{is_now}",
            "sku": after["RowKey"],
            "name": after["name"],
            "brand": after["brand"],
            "before": was,
            "after": is_now,
            "change": is_now - was,
            "reason": "new" if before is None else "feed",
            "at": now.isoformat(timespec="microseconds"),
        }
    ]
