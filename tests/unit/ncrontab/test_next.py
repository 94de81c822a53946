"""The next occurrence, against known cases, a brute-force walk and croniter."""

import dataclasses
from datetime import datetime, timedelta

import pytest
from croniter import CroniterBadDateError, croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from ncrontab import Schedule, parse
from tests.unit.ncrontab.texts import TEXTS

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2110, 1, 1))


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("* * * * * *", "2026-11-24T10:00:00.999999", "2026-11-24T10:00:01"),
        ("0 */15 * * * *", "2026-11-24T10:15:00", "2026-11-24T10:30:00"),
        ("0 */15 * * * *", "2026-12-31T23:59:00", "2027-01-01T00:00:00"),
        ("0 0 0 13 * 5", "2026-11-24T10:15:00", "2027-08-13T00:00:00"),
        ("0 0 12 1-7 * Mon", "2026-11-24T00:00:00", "2026-12-07T12:00:00"),
        ("0 0 0 31 * *", "2026-11-01T00:00:00", "2026-12-31T00:00:00"),
        ("0 0 0 29 2 *", "2096-03-01T00:00:00", "2104-02-29T00:00:00"),
        ("0 0 0 29 2 1", "2026-01-01T00:00:00", "2044-02-29T00:00:00"),
        ("0 0 0 1 1 *", "9998-12-31T00:00:00", "9999-01-01T00:00:00"),
    ],
)
def test_known_occurrences(text: str, after: str, expected: str):
    assert parse(text).next_after(datetime.fromisoformat(after)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("0 0 0 30 2 *", "2026-01-01"),
        ("0 0 0 31 2,4,6,9,11 *", "2026-01-01"),
        ("* * * * * *", "9999-12-31T23:59:59"),
    ],
)
def test_there_is_none_after_the_last(text: str, after: str):
    assert parse(text).next_after(datetime.fromisoformat(after)) is None


def test_old_generations_do_not_rewind_seconds_when_the_minute_jumps():
    after = datetime(2026, 1, 1, 0, 3, 35)

    found = {one: parse("*/10 5 * * * *", one).next_after(after) for one in ("2.0.0", "3.3.0", "3.3.3")}

    stale = datetime(2026, 1, 1, 0, 5, 40)
    assert found == {"2.0.0": stale, "3.3.0": stale, "3.3.3": datetime(2026, 1, 1, 0, 5)}


def test_old_generations_do_rewind_seconds_when_the_day_changes():
    assert parse("*/10 5 0 * * *", "2.0.0").next_after(datetime(2026, 1, 1, 3, 3, 35)) == datetime(2026, 1, 2, 0, 5)


@given(TEXTS, MOMENTS)
def test_an_occurrence_is_later_and_matches_every_field(text: str, moment: datetime):
    schedule = parse(text)

    found = schedule.next_after(moment)

    assert found is None or (found > moment and matches(schedule, found) and found.microsecond == 0)


@settings(max_examples=60)
@given(TEXTS, MOMENTS)
def test_no_earlier_occurrence_is_passed_over(text: str, moment: datetime):
    schedule = parse(text)

    assert schedule.next_after(moment) == walk(schedule, moment)


@given(TEXTS, MOMENTS, st.integers(0, 40))
def test_counting_equals_visiting(text: str, start: datetime, length: int):
    schedule = parse(text)
    visited, moment = [], start - timedelta(seconds=1)
    while len(visited) <= length and (moment := schedule.next_after(moment)):
        visited.append(moment)
    if len(visited) < 2:
        return

    *inside, end = visited
    start = start.replace(microsecond=0)

    assert schedule.count(start, end) == len([t for t in inside if t >= start])
    assert schedule.last_before(end, not_before=visited[0]) == inside[-1]


@given(TEXTS, MOMENTS)
def test_the_normal_form_means_the_same(text: str, moment: datetime):
    schedule = parse(text)

    assert parse(str(schedule)) == schedule


@settings(max_examples=80)
@given(TEXTS, st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda t: t.replace(microsecond=0)))
def test_croniter_agrees_when_told_plain_numbers(text: str, moment: datetime):
    schedule = parse(text)
    plain = " ".join(",".join(map(str, values)) for values in dataclasses.astuple(schedule)[:6])
    second = croniter(plain, moment, day_or=False, second_at_beginning=True, max_years_between_matches=50)
    try:
        expected = second.get_next(datetime)
    except CroniterBadDateError:
        expected = None

    assert schedule.next_after(moment) == expected


def matches(schedule: Schedule, moment: datetime) -> bool:
    return (
        moment.second in schedule.seconds
        and moment.minute in schedule.minutes
        and moment.hour in schedule.hours
        and is_day(schedule, moment)
    )


def is_day(schedule: Schedule, moment: datetime) -> bool:
    return (
        moment.day in schedule.days and moment.month in schedule.months and moment.isoweekday() % 7 in schedule.weekdays
    )


def walk(schedule: Schedule, moment: datetime) -> datetime | None:
    """Day by day for 45 years, and within a day every time there is."""
    for offset in range(45 * 366):
        day = (moment + timedelta(days=offset)).replace(hour=0, minute=0, second=0, microsecond=0)
        if not is_day(schedule, day):
            continue
        for hour in schedule.hours:
            for minute in schedule.minutes:
                for second in schedule.seconds:
                    found = day.replace(hour=hour, minute=minute, second=second)
                    if found > moment:
                        return found
    return None
