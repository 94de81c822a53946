"""The report covers each moment once, and says what a dealer wants to know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from daily_summary.__main__ import summarise, zone_of
from daily_summary.report import as_html, as_json
from daily_summary.summary import Assortment, Movement, QueueState, assortment, movements_between, period_start

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 24, 5, 0, 2, tzinfo=UTC)


def movement(sku: str, before: int, after: int, at: str, name: str = "Diver") -> dict[str, Any]:
    change = after - before
    return {"sku": sku, "name": name, "brand": "Halden", "before": before, "after": after, "change": change, "at": at}


def product(sku: str, stock: int, *, discontinued: bool = False) -> dict[str, Any]:
    return {"RowKey": sku, "name": "Diver", "brand": "Halden", "stock": stock, "discontinued": discontinued}


class MemorySources:
    def __init__(self, movements: Iterable[Mapping[str, Any]] = ()) -> None:
        self._movements = list(movements)
        self.saved: dict[str, str] = {}

    def queue(self) -> QueueState:
        return QueueState("thumbnails", waiting=2, poisoned=1, poisoned_photos=("A-1/<b>.jpg",))

    def products(self) -> Iterable[Mapping[str, Any]]:
        return [product("A-1", 0), product("A-2", 3), product("A-3", 9), product("A-4", 1, discontinued=True)]

    def movements(self, since: datetime, until: datetime) -> Iterable[Mapping[str, Any]]:
        return self._movements

    def last_until(self) -> datetime | None:
        return datetime.fromisoformat(json.loads(self.saved["latest.json"])["until"]) if self.saved else None

    def save(self, name: str, content: str) -> str:
        self.saved[name] = content
        return f"https://reports.example/{name}"


def test_first_report_begins_with_yesterday_in_the_shops_zone():
    assert period_start(None, NOW, ZURICH) == datetime(2026, 11, 23, 0, 0, tzinfo=ZURICH)


def test_next_report_begins_where_the_last_ended():
    last = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

    assert period_start(last, NOW, ZURICH) == last


def test_changes_of_a_watch_are_added_up_and_the_busiest_comes_first():
    rows = [
        movement("A-2", 4, 3, "2026-11-23T10:00:00+00:00"),
        movement("A-1", 9, 5, "2026-11-23T09:00:00+00:00"),
        movement("A-1", 5, 8, "2026-11-23T11:00:00+00:00"),
        movement("A-1", 8, 0, "2026-11-25T11:00:00+00:00"),
    ]

    found = movements_between(rows, datetime(2026, 11, 23, tzinfo=UTC), NOW)

    assert found == (
        Movement("A-1", "Diver", "Halden", into_stock=3, out_of_stock=4, now=8),
        Movement("A-2", "Diver", "Halden", into_stock=0, out_of_stock=1, now=3),
    )


def test_two_reports_share_no_movement_and_miss_none():
    sources = MemorySources([movement("A-1", 2, 1, "2026-11-24T05:00:00.500000+00:00")])

    first, _ = summarise(sources, NOW, ZURICH)
    second, _ = summarise(sources, NOW.replace(hour=6), ZURICH)
    third, _ = summarise(sources, NOW.replace(hour=7), ZURICH)

    assert [len(report.movements) for report in (first, second, third)] == [0, 1, 0]


def test_products_are_counted_and_the_short_ones_named():
    assert assortment(MemorySources().products()) == Assortment(
        on_sale=3, discontinued=1, sold_out=("Halden Diver (A-1)",), low=("Halden Diver (A-2)",)
    )


def test_report_is_stored_as_page_and_as_json_and_its_address_told():
    sources = MemorySources([movement("A-1", 2, 1, "2026-11-23T12:00:00+00:00")])

    summary, address = summarise(sources, NOW, ZURICH)

    assert list(sources.saved) == ["daily/2026-11-24T050002Z.json", "daily/2026-11-24T050002Z.html", "latest.json"]
    assert address == "https://reports.example/daily/2026-11-24T050002Z.html"
    assert str(summary) == ("1 watches moved (+0 −1), 3 on sale, 1 sold out; queue thumbnails: 2 waiting, 1 poisoned")


def test_page_shows_local_time_and_escapes_what_others_wrote():
    sources = MemorySources([movement("A-1", 2, 1, "2026-11-23T12:00:00+00:00", name="<script>")])
    summary, _ = summarise(sources, NOW, ZURICH)

    page = as_html(summary, ZURICH)

    assert "From 23 November 2026, 00:00 to 24 November 2026, 06:00" in page
    assert "<script>" not in page
    assert "A-1/&lt;b&gt;.jpg" in page


def test_json_has_the_sums():
    summary, _ = summarise(MemorySources([movement("A-1", 2, 5, "2026-11-23T12:00:00+00:00")]), NOW, ZURICH)

    values = json.loads(as_json(summary))

    assert (values["into_stock"], values["out_of_stock"], values["until"]) == (3, 0, "2026-11-24T05:00:00+00:00")


@pytest.mark.parametrize(("name", "zone"), [("Europe/Zurich", ZURICH), ("Moon/Base", UTC), ("", ZoneInfo("UTC"))])
def test_unknown_zone_is_utc(name: str, zone: object):
    assert zone_of({"WEBSITE_TIME_ZONE": name}) == zone
