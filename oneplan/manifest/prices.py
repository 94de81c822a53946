"""What a plan costs a month by Azure's price list, as far as `prices.json` has it; no estimate otherwise."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Price:
    """A list price: of one instance for a month, or of one unit of a service."""

    amount: float
    """In `CURRENCY`."""
    region: str
    """Region the price is of; others differ."""
    date: str
    """Month of the price list, such as `2026-09`."""


def monthly(sku: str, system: str) -> Price | None:
    """Returns the list price of one instance of a plan; None when it is not known."""
    return _prices().get((sku.upper(), system))


def service(meter: str) -> Price:
    """Returns the list price of one unit of what stands beside the plan; raises KeyError for an unknown meter."""
    return _services()[meter]


@cache
def _services() -> Mapping[str, Price]:
    return {row["meter"]: Price(row["price"], row["region"], row["date"]) for row in _book()["services"]}


@cache
def _prices() -> Mapping[tuple[str, str], Price]:
    book = _book()
    hours = book["hours_a_month"]
    return {
        (row["sku"].upper(), row["os"]): Price(row["hourly"] * hours, row["region"], row["date"])
        for row in book["prices"]
    }


@cache
def _book() -> dict[str, Any]:
    book: dict[str, Any] = json.loads((files("oneplan.manifest") / "prices.json").read_text(encoding="utf-8"))
    return book
