"""How far the clocks of two zones are apart."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_YEARS = range(2026, 2034)
"""Whose clock changes are looked at; zones' rules are announced for a year or two."""


def is_uneven(gaps: Iterable[int]) -> bool:
    """True if clocks are apart by a changing part of an hour, which no list of hours can cover."""
    return len({gap % 60 for gap in gaps}) > 1


@lru_cache(maxsize=256)
def minutes_apart(own: str, site: str) -> tuple[int, ...]:
    """Returns by how many minutes the clock of `own` is ahead of that of `site`, all there are through the years."""
    start, end = datetime(_YEARS[0], 1, 1, tzinfo=UTC), datetime(_YEARS[-1] + 1, 1, 1, tzinfo=UTC)
    zones = (ZoneInfo(own), ZoneInfo(site))
    found: set[int] = set()
    while start < end:
        here, there = (start.astimezone(zone).utcoffset() or timedelta() for zone in zones)
        found.add(round((here - there).total_seconds()) // 60)
        start += timedelta(hours=6)
    return tuple(sorted(found))
