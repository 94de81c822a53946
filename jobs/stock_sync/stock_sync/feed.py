"""The supplier's feed: where it is, and which of its rows can be believed."""

from __future__ import annotations

import csv
import io
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

COLUMNS = ("sku", "name", "brand", "price", "stock", "updated")
SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
MAX_FEED_BYTES = 20_000_000
FETCH_SECONDS = 20
MAX_CENTS = 1_000_000_000
MAX_STOCK = 1_000_000
FOLDER = Path(__file__).parents[1]
"""The job's folder: where a relative feed is looked for."""


class FeedError(Exception):
    """Raised when the feed as a whole cannot be used; the text reads `where: what is wrong; what would be right`."""


@dataclass(frozen=True)
class FeedProduct:
    """One watch as the supplier sells it."""

    sku: str
    name: str
    brand: str
    price_cents: int
    stock: int
    updated: str
    """When the supplier last touched the row: ISO 8601, UTC."""


@dataclass(frozen=True)
class Feed:
    """The good rows, and what is wrong with the others."""

    products: tuple[FeedProduct, ...]
    problems: tuple[str, ...]
    """One text a bad row, with its line number."""
    doubtful: frozenset[str]
    """The skus of bad rows: present at the supplier, so nothing is to be concluded from their absence."""


def load(source: str) -> Feed:
    """The feed at `source`: a file, relative to the job's folder, or an http(s) address.

    Raises:
        FeedError: it cannot be read, lacks a column, or holds no good row.
    """
    name = source.rpartition("/")[2] if "://" in source else Path(source).name
    return parse(read(source), name)


def read(source: str) -> str:
    """The feed's text.

    Raises:
        FeedError: the file or address does not give one.
    """
    try:
        content = _fetch(source) if "://" in source else (FOLDER / source).read_bytes()
    except (OSError, ValueError) as error:
        raise FeedError(f"{source}: cannot be read ({error}); set FEED to a CSV file or an http(s) address") from error
    if len(content) > MAX_FEED_BYTES:
        raise FeedError(f"{source}: is larger than {MAX_FEED_BYTES} bytes; expected the supplier's CSV")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedError(f"{source}: is not UTF-8 (byte {error.start}); expected CSV in UTF-8") from error


def _fetch(address: str) -> bytes:
    if not address.startswith(("http://", "https://")):
        raise ValueError("not an http(s) address")
    request = urllib.request.Request(address, headers={"Accept": "text/csv", "User-Agent": "tempus-stock-sync"})  # noqa: S310 - scheme checked above
    with urllib.request.urlopen(request, timeout=FETCH_SECONDS) as response:  # noqa: S310 - scheme checked above
        content: bytes = response.read(MAX_FEED_BYTES + 1)
    return content


def parse(text: str, name: str) -> Feed:
    """The rows of `text`; `name` stands in the problems.

    Raises:
        FeedError: a column is missing, there is no row, or no row is good.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise FeedError(f"{name}:1: lacks the column {', '.join(missing)}; expected {','.join(COLUMNS)}")
    products: dict[str, FeedProduct] = {}
    problems: list[str] = []
    doubtful: set[str] = set()
    try:
        for row in rows:
            try:
                product = _product(row)
                if product.sku in products:
                    raise ValueError(
                        f"sku {product.sku!r} stands on an earlier line already; expected one line a watch"
                    )
            except ValueError as error:
                problems.append(f"{name}:{rows.line_num}: {error}")
                doubtful.add((row.get("sku") or "").strip())
            else:
                products[product.sku] = product
    except csv.Error as error:
        raise FeedError(f"{name}:{rows.line_num}: is not CSV ({error}); expected {','.join(COLUMNS)}") from error
    if not products:
        cause = f"no good row, the first problem: {problems[0]}" if problems else "no rows"
        raise FeedError(f"{name}: holds {cause}; nothing was changed")
    return Feed(tuple(products.values()), tuple(problems), frozenset(doubtful))


def _product(row: Mapping[str | None, str | list[str] | None]) -> FeedProduct:
    if None in row:
        raise ValueError("has more fields than the header; put texts with commas in quotes")
    fields = {column: str(row[column] or "").strip() for column in COLUMNS}
    if not SKU.fullmatch(fields["sku"]):
        raise ValueError(f"sku {fields['sku']!r} is not valid; expected capitals, digits and hyphens, such as AUR-101")
    return FeedProduct(
        sku=fields["sku"],
        name=_words("name", fields["name"]),
        brand=_words("brand", fields["brand"]),
        price_cents=_cents(fields["price"]),
        stock=_stock(fields["stock"]),
        updated=_moment(fields["updated"]),
    )


def _words(column: str, text: str) -> str:
    if not text or len(text) > 120 or not text.isprintable():
        raise ValueError(f"{column} {text[:40]!r} is not valid; expected 1 to 120 printable characters")
    return text


def _cents(text: str) -> int:
    try:
        cents = Decimal(text) * 100
    except InvalidOperation:
        cents = Decimal(-1)
    if not cents.is_finite() or not 0 < cents <= MAX_CENTS or cents != int(cents):
        raise ValueError(f"price {text!r} is not valid; expected francs and centimes, for example 1290.00")
    return int(cents)


def _stock(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MAX_STOCK:
        raise ValueError(f"stock {text!r} is not valid; expected a whole number from 0")
    return int(text)


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"updated {text!r} is not valid; expected a time such as 2026-11-24T05:30:00Z") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
