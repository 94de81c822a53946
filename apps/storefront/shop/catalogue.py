"""The watches as the products API tells them, and what to say when it does not answer."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

ANSWER_SECONDS = 4
FRESH_SECONDS = 2.0
"""Visitors who come at the same moment share one answer of the API."""
SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
FEW_LEFT = 3


class ApiUnavailableError(Exception):
    """Raised when the API does not give a usable answer; the text is for the log."""


@dataclass(frozen=True)
class Watch:
    """One watch on sale."""

    id: str
    name: str
    brand: str
    price: str
    """Francs and centimes, for example `1290.00`."""
    currency: str
    stock: int

    @property
    def price_text(self) -> str:
        """The price as a Swiss shop writes it: `CHF 11’800.–`."""
        francs, _, centimes = self.price.partition(".")
        grouped = f"{int(francs):,}".replace(",", "’")
        return f"{self.currency} {grouped}.{'–' if centimes in {'', '00'} else centimes}"

    @property
    def stock_text(self) -> str:
        """The stock in a visitor's words."""
        if self.stock == 0:
            return "Sold out"
        return f"Only {self.stock} left" if self.stock <= FEW_LEFT else f"{self.stock} in stock"

    @property
    def stock_level(self) -> str:
        """`none`, `few` or `good`."""
        return "none" if self.stock == 0 else "few" if self.stock <= FEW_LEFT else "good"


@dataclass(frozen=True)
class Assortment:
    """The watches to show, and whether they are today's truth."""

    watches: tuple[Watch, ...]
    as_of: datetime | None
    """When the API last answered; None when it never did."""
    is_current: bool

    def find(self, sku: str) -> Watch | None:
        """The watch with that sku, or None."""
        return next((watch for watch in self.watches if watch.id == sku), None)

    @property
    def brands(self) -> tuple[str, ...]:
        """Every brand once, in alphabetical order."""
        return tuple(sorted({watch.brand for watch in self.watches}, key=str.casefold))


Fetch = Callable[[], Mapping[str, Any]]
"""Gets the API's list of products; raises `ApiUnavailableError`."""


class Catalogue:
    """Asks the API; keeps its last good answer for the time when it is away."""

    def __init__(
        self, fetch: Fetch, complain: Callable[[str], None], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._complain = complain
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = Assortment((), None, is_current=False)
        self._asked = float("-inf")

    def assortment(self) -> Assortment:
        """What there is to sell; never raises, an unreachable API gives the last known answer, marked as such."""
        with self._lock:
            if self._monotonic() - self._asked >= FRESH_SECONDS:
                self._last = self._refreshed()
                self._asked = self._monotonic()
            return self._last

    def _refreshed(self) -> Assortment:
        try:
            watches = tuple(_watch(entry) for entry in self._fetch()["products"])
        except (ApiUnavailableError, KeyError, TypeError, ValueError) as error:
            self._complain(f"products API: {error!r}; showing what was known before")
            return Assortment(self._last.watches, self._last.as_of, is_current=False)
        return Assortment(watches, datetime.now(UTC), is_current=True)


def _watch(entry: Mapping[str, Any]) -> Watch:
    watch = Watch(
        id=str(entry["id"]),
        name=str(entry["name"]),
        brand=str(entry["brand"]),
        price=str(entry["price"]),
        currency=str(entry["currency"]),
        stock=int(entry["stock"]),
    )
    if not SKU.fullmatch(watch.id):
        raise ValueError(f"product id {watch.id!r} is not a sku")
    return watch


def api(url: str) -> Fetch:
    """Reads `<url>/products`."""
    address = f"{url.rstrip('/')}/products"
    if urllib.parse.urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError(f"API_URL: {url!r} is not an address; expected http(s), for example http://127.0.0.1:8001")

    def fetch() -> Mapping[str, Any]:
        try:
            with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as response:  # noqa: S310 - scheme checked above
                answer = json.load(response)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ApiUnavailableError(f"{address}: {error}") from error
        if not isinstance(answer, dict):
            raise ApiUnavailableError(f"{address}: the answer is not an object")
        return answer

    return fetch
