"""Times as Azure writes them."""

from datetime import UTC, datetime

import pytest

from oneplan.operate.moments import time_of


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-11-24T05:00:00Z", 0),
        ("2026-11-24T05:00:00.5Z", 500_000),
        ("2026-11-24T05:00:00.1234567Z", 123_456),
        ("2026-11-24T06:00:00.1234567+01:00", 123_456),
    ],
)
def test_digits_beyond_microseconds_are_left_out(text: str, microsecond: int):
    assert time_of(text) == datetime(2026, 11, 24, 5, 0, 0, microsecond, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "2026-11-24T05:00:00", "24 November", None, 5])
def test_a_time_without_its_zone_is_none(text: object):
    assert time_of(text) is None
