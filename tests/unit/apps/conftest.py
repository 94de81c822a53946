"""Makes the apps importable as gunicorn does, and the shop's and API's neighbours in memory."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

APPS = Path(__file__).parents[3] / "apps"
sys.path[:0] = [str(APPS / "api"), str(APPS / "storefront")]

from products import create_app as create_api  # noqa: E402 - importable from here on
from products.catalogue import TableUnavailableError  # noqa: E402
from shop import create_app as create_shop  # noqa: E402
from shop.app import Services  # noqa: E402
from shop.catalogue import ApiUnavailableError  # noqa: E402
from shop.photos import Kind, Picture, StorageUnavailableError, StoredThumb  # noqa: E402

NOW = datetime(2026, 11, 24, 6, 15, tzinfo=UTC)


def watch(sku: str, name: str, brand: str, *, price: str, stock: int) -> dict[str, Any]:
    """A watch as the API tells it."""
    return {"id": sku, "name": name, "brand": brand, "price": price, "currency": "CHF", "stock": stock}


class MemoryTable:
    """The products table."""

    def __init__(self) -> None:
        self.stored: list[dict[str, Any]] = []
        self.away = False

    def rows(self) -> Iterable[Mapping[str, Any]]:
        if self.away:
            raise TableUnavailableError("products table: ServiceRequestError: no route")
        return self.stored

    def rows_of(self, sku: str) -> Iterable[Mapping[str, Any]]:
        return [row for row in self.rows() if row["RowKey"] == sku]


class Neighbours:
    """Everything the shop talks to, each of which can be away."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.products: list[dict[str, Any]] = [
            watch("KES-011", "Altimeter GMT", "Kestrel", price="3720.00", stock=4),
            watch("HAL-315", "Diver <Bronze>", "Halden & Sohn", price="2340.50", stock=0),
        ]
        self.photos: dict[str, tuple[bytes, Kind]] = {}
        self.pictures: dict[str, bytes] = {}
        self.messages: list[tuple[str, str]] = []
        self.complaints: list[str] = []

    def fetch(self) -> Mapping[str, Any]:
        if "api" in self.away:
            raise ApiUnavailableError("http://api/products: refused")
        return {"products": self.products}

    def save(self, name: str, content: bytes, kind: Kind) -> None:
        self._check("photos")
        self.photos[name] = (content, kind)

    def delete(self, name: str) -> None:
        self._check("delete")
        del self.photos[name]

    def list(self, prefix: str) -> Iterable[StoredThumb]:
        self._check("thumbs")
        return [StoredThumb(name, 480, 320) for name in sorted(self.pictures) if name.startswith(prefix)]

    def open(self, name: str) -> Picture | None:
        self._check("thumbs")
        content = self.pictures.get(name)
        return Picture(iter([content[:2], content[2:]]), len(content), "0x1") if content else None

    def announce(self, blob: str, product: str) -> None:
        self._check("queue")
        self.messages.append((blob, product))

    def _check(self, name: str) -> None:
        if name in self.away:
            raise StorageUnavailableError(f"{name}: ServiceRequestError: no route")


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def api(table: MemoryTable) -> FlaskClient:
    return create_api(table).test_client()


@pytest.fixture
def neighbours() -> Neighbours:
    return Neighbours()


@pytest.fixture
def shop(neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The shop, asking its neighbours every time."""
    monkeypatch.setattr("shop.catalogue.FRESH_SECONDS", 0)
    monkeypatch.setattr("shop.gallery.FRESH_SECONDS", 0)
    services = Services(
        neighbours.fetch, neighbours, neighbours, neighbours, neighbours.complaints.append, now=lambda: NOW
    )
    return create_shop(services).test_client()


@pytest.fixture
def jpeg() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (20, 10)).save(content, "JPEG")
    return content.getvalue()
