"""Kudu's own facts about schedules, in three zones that change their clocks and one that does not.

The rows are those of https://github.com/projectkudu/kudu/blob/master/Kudu.Core.Test/Jobs/ScheduleFacts.cs; an
expected time is wall clock, and what passes until then also holds the change of the zone's offset in between.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ncrontab import GENERATIONS, next_run, parse

ZONES = ["America/Los_Angeles", "Europe/Zurich", "Australia/Lord_Howe", "UTC"]
NOW = datetime(2015, 1, 1)


def wait(text: str, zone: str, last: datetime, now: datetime, *, ignore_missed: bool, generation: str) -> timedelta:
    place = ZoneInfo(zone)
    found = next_run(
        parse(text, generation), place, last.replace(tzinfo=place), now.replace(tzinfo=place), ignore_missed
    )
    assert found.at is not None
    return timedelta(0) if found.due else found.at - now.replace(tzinfo=place).astimezone(UTC)


def adjusted(expected: timedelta, zone: str, now: datetime) -> timedelta:
    """The wall-clock distance as real time: less what the clocks are put forward on the way."""
    place = ZoneInfo(zone)
    before, after = (moment.replace(tzinfo=place, fold=1).utcoffset() for moment in (now, now + expected))
    return expected + (before or timedelta(0)) - (after or timedelta(0))


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("text", "last", "ignore_missed", "expected"),
    [
        ("10 * * * * *", "2015-01-01T00:00", False, timedelta(seconds=10)),
        ("0 1 * * * *", "2015-01-01T00:00", False, timedelta(minutes=1)),
        ("5 1 * * * *", "2015-01-01T00:00", False, timedelta(minutes=1, seconds=5)),
        ("0 0 2 * * *", "2015-01-01T00:00", False, timedelta(hours=2)),
        ("* * * 3 * *", "2015-01-01T00:00", False, timedelta(days=2)),
        ("* * * * 2 *", "2015-01-01T00:00", False, timedelta(days=31)),
        ("* * * * 3 *", "2015-01-01T00:00", False, timedelta(days=59)),
        ("* * * * 4 *", "2015-01-01T00:00", False, timedelta(days=90)),
        ("10 * * * * *", "2014-01-01T00:00", False, timedelta(seconds=10)),
        ("0 */5 * * * *", "2014-12-31T23:00", False, timedelta(minutes=5)),
        ("0 */2 * * * *", "2014-12-31T23:57", False, timedelta(0)),
        ("0 */2 * * * *", "2014-12-31T23:49", False, timedelta(0)),
        ("0 */2 * * * *", "2014-12-31T23:47", False, timedelta(minutes=2)),
        ("0 */2 * * * *", "2014-12-31T23:47", True, timedelta(0)),
        ("10 * * * * *", "2015-01-01T00:00", True, timedelta(seconds=10)),
    ],
)
def test_the_wait_until_the_next_run(
    text: str, last: str, ignore_missed: bool, expected: timedelta, zone: str, generation: str
):
    """U5.1 to U5.15: in four zones, by every release."""
    found = wait(text, zone, datetime.fromisoformat(last), NOW, ignore_missed=ignore_missed, generation=generation)

    assert found == adjusted(expected, zone, NOW)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("America/Los_Angeles", 167), ("UTC", 168), ("Europe/Zurich", 168), ("Australia/Lord_Howe", 168)],
)
def test_a_week_with_a_change_of_clocks_is_an_hour_shorter(zone: str, hours: int):
    """U5.16: NextAfterDST."""
    moment = datetime(2018, 3, 9, 18)

    assert wait("0 0 18 * * 5", zone, moment, moment, ignore_missed=True, generation="2.0.0") == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ZONES)
def test_the_next_hour_may_not_exist_and_is_an_hour_away(zone: str):
    """U5.17: NextWithinDST."""
    moment = datetime(2018, 3, 11, 1, 59)

    assert wait("0 59 * * * *", zone, moment, moment, ignore_missed=True, generation="2.0.0") == timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "text", "start", "expected"),
    [
        # spring: a skipped time lands after the gap
        ("America/Los_Angeles", "0 30 1 * * *", "2018-03-11T08:00", "09:30"),
        ("America/Los_Angeles", "0 30 2 * * *", "2018-03-11T08:00", "10:30"),
        ("America/Los_Angeles", "0 30 * * * *", "2018-03-11T09:30", "10:30"),
        ("America/Los_Angeles", "0 0 2,3 * * *", "2018-03-11T08:00", "10:00"),
        ("Europe/Zurich", "0 30 2 * * *", "2026-03-28T23:00", "01:30"),
        ("Europe/Zurich", "0 0 3 * * *", "2026-03-28T23:00", "01:00"),
        ("Australia/Lord_Howe", "0 15 2 * * *", "2026-10-03T14:00", "15:45"),
        ("Australia/Lord_Howe", "0 30 2 * * *", "2026-10-03T14:00", "15:30"),
        ("America/Phoenix", "0 30 2 * * *", "2018-03-11T08:00", "09:30"),
        # autumn: only the second time counts, the first pass is passed over
        ("America/Los_Angeles", "0 30 1 * * *", "2018-11-04T07:00", "09:30"),
        ("America/Los_Angeles", "0 30 * * * *", "2018-11-04T07:30", "09:30"),
        ("America/Los_Angeles", "0 0 2 * * *", "2018-11-04T07:00", "10:00"),
        ("Europe/Zurich", "0 */5 * * * *", "2023-10-28T23:55", "01:00"),
        ("Europe/Zurich", "0 0 3 * * *", "2026-10-24T23:00", "02:00"),
        ("Australia/Lord_Howe", "0 45 1 * * *", "2026-04-04T14:00", "15:15"),
        ("Australia/Lord_Howe", "0 0 2 * * *", "2026-04-04T14:00", "15:30"),
        ("America/Phoenix", "0 30 1 * * *", "2018-11-04T07:00", "08:30"),
    ],
)
def test_around_both_changes_of_clocks(zone: str, text: str, start: str, expected: str):
    """`TimeZoneInfo.GetUtcOffset` takes the standard offset for skipped and for repeated times."""
    now = datetime.fromisoformat(start).replace(tzinfo=UTC)

    found = next_run(parse(text, "2.0.0"), ZoneInfo(zone), None, now)

    assert f"{found.at:%H:%M}" == expected


@pytest.mark.parametrize(("zone", "day"), [("America/Los_Angeles", "2018-11-04"), ("Europe/Zurich", "2018-10-28")])
@pytest.mark.parametrize(("late", "is_due"), [(0, True), (10, True), (11, False)])
def test_the_ten_minutes_are_counted_on_the_wall_clock_of_the_second_pass(zone: str, day: str, late: int, is_due: bool):
    place = ZoneInfo(zone)
    last = datetime.fromisoformat(f"{day}T00:15").replace(tzinfo=place)
    hour = 1 if zone == "America/Los_Angeles" else 2
    now = datetime.fromisoformat(f"{day}T0{hour}:30").replace(tzinfo=place, fold=1) + timedelta(minutes=late)

    found = next_run(parse(f"0 30 {hour} * * *", "2.0.0"), place, last, now.replace(fold=1))

    assert (found.due, found.missed) == (is_due, 0 if is_due else 1)
