"""The search index, whole or one brand anew."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from catalogue_reindex.__main__ import INDEX, reindex
from catalogue_reindex.index import Selection, words_of
from catalogue_reindex.options import Options, parse

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def row(sku: str, brand: str, name: str, **other: Any) -> dict[str, Any]:
    plain = {"price_cents": 100, "stock": 1, "updated": "2026-11-20T00:00:00Z", "discontinued": False}
    return {"RowKey": sku, "brand": brand, "name": name, **plain, **other}


ROWS = [
    row("K-1", "Kestrel", "Altimeter"),
    row("A-1", "Aurelan", "Méridian 39"),
    row("A-2", "Aurelan", "Gone", discontinued=True),
]


class MemoryStore(dict[str, str]):
    def load(self, name: str) -> bytes | None:
        return self[name].encode() if name in self else None

    def save(self, name: str, content: str) -> str:
        self[name] = content
        return f"https://catalogue.example/{name}"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_index_holds_every_watch_on_sale_by_its_words(store: MemoryStore):
    code, text = reindex(parse(["--no-dry-run"]), ROWS, store, NOW)

    assert (code, text.splitlines()[-1]) == (0, f"https://catalogue.example/{INDEX}")
    assert json.loads(store[INDEX]) == {
        "built": "2026-11-24T12:00:00+00:00",
        "documents": [
            {"id": "A-1", "brand": "Aurelan", "name": "Méridian 39", "price_cents": 100, "in_stock": True},
            {"id": "K-1", "brand": "Kestrel", "name": "Altimeter", "price_cents": 100, "in_stock": True},
        ],
        "words": {
            "1": ["A-1", "K-1"],
            "39": ["A-1"],
            "a": ["A-1"],
            "altimeter": ["K-1"],
            "aurelan": ["A-1"],
            "k": ["K-1"],
            "kestrel": ["K-1"],
            "meridian": ["A-1"],
        },
    }


def test_run_without_arguments_writes_nothing(store: MemoryStore):
    code, text = reindex(parse([]), ROWS, store, NOW)

    assert (code, store) == (0, {})
    assert text.splitlines()[-1] == (
        "2 indexed anew; 2 watches, 8 words; a dry run, nothing was written (--no-dry-run writes)"
    )


def test_one_brand_anew_keeps_the_others_as_they_were(store: MemoryStore):
    reindex(parse(["--no-dry-run"]), ROWS, store, NOW)
    changed = [row("K-1", "Kestrel", "Altimeter II"), row("A-1", "Aurelan", "Renamed")]

    reindex(parse(["--brand", "kestrel", "--dry-run=false"]), changed, store, NOW)

    assert [document["name"] for document in json.loads(store[INDEX])["documents"]] == ["Méridian 39", "Altimeter II"]


def test_selection_that_matches_nothing_fails_and_keeps_the_index(store: MemoryStore):
    assert reindex(parse(["--brand", "nobody", "--no-dry-run"]), ROWS, store, NOW) == (
        1,
        "no watch matches; the index was left as it is",
    )
    assert store == {}


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], Options(Selection("all", None), dry_run=True)),
        (["--dry-run", "false"], Options(Selection("all", None), dry_run=False)),
        (["--dry-run"], Options(Selection("all", None), dry_run=True)),
        (["--since", "2026-11-01"], Options(Selection("all", date(2026, 11, 1)), dry_run=True)),
        (["--since", ""], Options(Selection("all", None), dry_run=True)),
    ],
)
def test_arguments_are_read(arguments: list[str], options: Options):
    assert parse(arguments) == options


@pytest.mark.parametrize("arguments", [["--since", "soon"], ["--dry-run", "perhaps"], ["--colour", "red"]])
def test_wrong_arguments_end_with_two(arguments: list[str]):
    with pytest.raises(SystemExit) as caught:
        parse(arguments)

    assert caught.value.code == 2


def test_since_takes_what_changed_on_or_after_the_day():
    taken = [
        day
        for day in ("2026-11-19", "2026-11-20")
        if Selection(since=date(2026, 11, 20)).takes(row("A-1", "A", "B", updated=f"{day}T10:00:00Z"))
    ]

    assert taken == ["2026-11-20"]


def test_words_are_plain_and_stand_once():
    assert words_of("Genève GENÈVE L’Heure 39mm") == ["geneve", "lheure", "39mm"]
