"""The search index: what is in it and how it is made. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]
WORD = re.compile(r"[a-z0-9]+")
ALL_BRANDS = "all"


@dataclass(frozen=True)
class Selection:
    """Which watches the index is to hold."""

    brand: str = ALL_BRANDS
    since: date | None = None
    """Only watches that the supplier touched on or after this day."""

    def takes(self, row: Row) -> bool:
        """Whether the watch of `row` belongs in; discontinued ones never do."""
        if row.get("discontinued"):
            return False
        if self.brand.casefold() not in {ALL_BRANDS, str(row["brand"]).casefold()}:
            return False
        return self.since is None or datetime.fromisoformat(str(row["updated"])).date() >= self.since


@dataclass(frozen=True)
class SearchIndex:
    """Documents, and for each word the documents that have it."""

    built: datetime
    documents: tuple[Mapping[str, Any], ...]
    words: Mapping[str, tuple[str, ...]]

    def as_json(self) -> str:
        """The index as one JSON object, the same for the same content."""
        values = {"built": self.built.isoformat(), "documents": self.documents, "words": self.words}
        return json.dumps(values, ensure_ascii=False, sort_keys=True) + "\n"

    def __str__(self) -> str:
        """The index in one line."""
        return f"{len(self.documents)} watches, {len(self.words)} words"


def build(rows: Iterable[Row], selection: Selection, built: datetime) -> SearchIndex:
    """The index of the selected rows."""
    chosen = sorted((row for row in rows if selection.takes(row)), key=lambda row: str(row["RowKey"]))
    words: dict[str, list[str]] = {}
    for row in chosen:
        for word in words_of(f"{row['brand']} {row['name']} {row['RowKey']}"):
            words.setdefault(word, []).append(str(row["RowKey"]))
    documents = tuple(_document(row) for row in chosen)
    return SearchIndex(built, documents, {word: tuple(skus) for word, skus in sorted(words.items())})


def words_of(text: str) -> list[str]:
    """The words of `text` as people type them: lower case, no accents, each once."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return list(dict.fromkeys(WORD.findall(plain)))


def _document(row: Row) -> dict[str, Any]:
    return {
        "id": str(row["RowKey"]),
        "name": str(row["name"]),
        "brand": str(row["brand"]),
        "price_cents": int(row["price_cents"]),
        "in_stock": int(row["stock"]) > 0,
    }
