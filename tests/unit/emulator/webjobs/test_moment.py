"""Times and durations as .NET writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from emulator.webjobs.moment import from_json, to_json, to_span


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2019, 6, 7, 14, 0, 4, 181107, UTC), "2019-06-07T14:00:04.181107Z"),
        (datetime(2019, 6, 7, 14, 0, 4, 500000, UTC), "2019-06-07T14:00:04.5Z"),
        (datetime(2019, 6, 7, 14, 0, 4, tzinfo=UTC), "2019-06-07T14:00:04Z"),
    ],
)
def test_instants_go_out_and_back(at, text):
    assert (to_json(at), from_json(text)) == (text, at)


def test_other_zones_are_written_in_utc():
    at = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))

    assert to_json(at) == "2025-12-31T23:00:00Z"


def test_seventh_digit_is_dropped():
    assert from_json("2026-01-01T00:00:00.1234567Z") == datetime(2026, 1, 1, 0, 0, 0, 123456, UTC)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "00:00:00"),
        (timedelta(seconds=1.5), "00:00:01.5000000"),
        (timedelta(days=40), "40.00:00:00"),
        (timedelta(days=1, hours=2, minutes=3, seconds=4, microseconds=5), "1.02:03:04.0000050"),
        (timedelta(seconds=-61), "-00:01:01"),
    ],
)
def test_spans(span, text):
    assert to_span(span) == text
