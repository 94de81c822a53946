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
Document = Mapping[str, Any]
WORD = re.compile(r"[a-z0-9]+")
ALL_BRANDS = "all"


@dataclass(frozen=True)
class Selection:
    """Which watches to index anew; the others stay in the index as they are."""

    brand: str = ALL_BRANDS
    since: date | None = None
    """Only watches that the supplier touched on or after this day."""

    def takes(self, row: Row) -> bool:
        """Whether the watch of `row` is to be indexed anew."""
        if self.brand.casefold() not in {ALL_BRANDS, str(row["brand"]).casefold()}:
            return False
        return self.since is None or datetime.fromisoformat(str(row["updated"])).date() >= self.since


@dataclass(frozen=True)
class SearchIndex:
    """Documents, and for each word the documents that have it."""

    built: datetime
    documents: tuple[Document, ...]
    words: Mapping[str, tuple[str, ...]]
    renewed: tuple[Document, ...]
    """Those of the documents that were made anew."""

    def as_json(self) -> str:
        """The index as one JSON object, the same for the same content."""
        values = {"built": self.built.isoformat(), "documents": self.documents, "words": self.words}
        return json.dumps(values, ensure_ascii=False, sort_keys=True) + "\n"

    def __str__(self) -> str:
        """The index in one line."""
        return f"{len(self.renewed)} indexed anew; {len(self.documents)} watches, {len(self.words)} words"


def documents_in(content: bytes | None) -> tuple[Document, ...]:
    """The documents of an index as it was written; none when there is no index or it is not readable as one."""
    try:
        return tuple(json.loads(content)["documents"]) if content else ()
    except (ValueError, KeyError, TypeError):
        return ()


def build(rows: Iterable[Row], selection: Selection, previous: Iterable[Document], built: datetime) -> SearchIndex:
    """The index of all watches on sale: the selected ones anew, the others as in `previous`."""
    known = {document["id"]: document for document in previous}
    documents: list[Document] = []
    renewed: list[Document] = []
    for row in sorted(rows, key=lambda row: str(row["RowKey"])):
        if row.get("discontinued"):
            continue
        if selection.takes(row):
            renewed.append(_document(row))
            documents.append(renewed[-1])
        elif row["RowKey"] in known:
            documents.append(known[row["RowKey"]])
    return SearchIndex(built, tuple(documents), _words(documents), tuple(renewed))


def _words(documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for document in documents:
        for word in words_of(f"{document['brand']} {document['name']} {document['id']}"):
            words[word] = (*words.get(word, ()), document["id"])
    return dict(sorted(words.items()))


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
