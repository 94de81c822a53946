"""Products as they stand in the table that the stock_sync job fills."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

CURRENCY = "CHF"
SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")


class TableUnavailableError(Exception):
    """Raised when the table does not answer; the text is for the log."""


class Table(Protocol):
    """What the API needs of a table."""

    def rows(self) -> Iterable[Mapping[str, Any]]:
        """Every row; raises `TableUnavailableError`."""

    def rows_of(self, sku: str) -> Iterable[Mapping[str, Any]]:
        """The rows of one sku; raises `TableUnavailableError`."""


@dataclass(frozen=True)
class Product:
    """One watch."""

    id: str
    """The supplier's sku."""
    name: str
    brand: str
    price: str
    """Francs and centimes, for example `1290.00`."""
    currency: str
    stock: int
    updated: str
    """When the supplier last touched it: ISO 8601, UTC."""
    discontinued: bool


class Catalogue:
    """Reads products; an empty table is an empty catalogue."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def on_sale(self) -> list[Product]:
        """The watches that the supplier still has, by brand and name."""
        products = [_product(row) for row in self._table.rows()]
        return sorted((product for product in products if not product.discontinued), key=_order)

    def find(self, sku: str) -> Product | None:
        """The watch with that sku, on sale or discontinued; None when there is none."""
        if not SKU.fullmatch(sku):
            return None
        found = [_product(row) for row in self._table.rows_of(sku)]
        return min(found, key=lambda product: product.discontinued, default=None)


def _order(product: Product) -> tuple[str, str, str]:
    return product.brand.casefold(), product.name.casefold(), product.id


def _product(row: Mapping[str, Any]) -> Product:
    cents = int(row.get("price_cents", 0))
    return Product(
        id=str(row["RowKey"]),
        name=str(row.get("name", "")),
        brand=str(row.get("brand", "")),
        price=f"{cents // 100}.{cents % 100:02d}",
        currency=CURRENCY,
        stock=int(row.get("stock", 0)),
        updated=str(row.get("updated", "")),
        discontinued=bool(row.get("discontinued", False)),
    )
