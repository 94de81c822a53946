"""Counting starts, and the date on which schedules really meet."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncrontab import parse
from ncrontab.day import MINUTES, Crowd, Tally, bits, clock, crowd, crowds, dates_of, minutes_of, shortest_gap
from tests.unit.ncrontab.texts import TEXTS

MASKS = st.lists(st.integers(0, 2**20 - 1), max_size=40)


@given(MASKS)
def test_a_tally_counts_each_position(masks: list[int]):
    expected = tuple(sum(mask >> at & 1 for mask in masks) for at in range(20))

    assert Tally(masks).counts(20) == expected


@given(MASKS, st.integers(0, 45))
def test_a_tally_knows_what_is_over_a_limit(masks: list[int], limit: int):
    counts = Tally(masks).counts(20)

    assert list(bits(Tally(masks).over(limit))) == [at for at, count in enumerate(counts) if count > limit]


@given(MASKS.filter(any))
def test_a_tally_knows_its_highest_count(masks: list[int]):
    counts = Tally(masks).counts(20)

    count, mask = Tally(masks).most()

    assert (count, list(bits(mask))) == (max(counts), [at for at, each in enumerate(counts) if each == max(counts)])


@pytest.mark.parametrize(
    ("texts", "limit", "expected"),
    [
        ([], 0, ()),
        (["0 0 6 * * *"], 1, ()),
        (["0 0 6 * * *", "0 0 6 * * *"], 1, (Crowd((360,), (0, 1)),)),
        (["0 0 6 * * *", "30 0 6 * * *", "0 1 6 * * *"], 1, (Crowd((360,), (0, 1)),)),
        (["0 0 6 1 * *", "0 0 6 2 * *"], 1, ()),
        (["0 0 6 * * 1", "0 0 6 * * 2", "0 0 6 1 * *"], 1, (Crowd((360,), (0, 2)),)),
        (["0 0 0 30 2 *", "0 0 0 30 2 *"], 1, ()),
        (
            ["0 0 6 * * *", "0 0 */12 * * *", "0 0 6,12 * * *"],
            1,
            (Crowd((360,), (0, 2)), Crowd((720,), (1, 2))),
        ),
        (
            ["0 */30 12 * * *", "0 */30 12 * * *", "0 0 12 * * *"],
            1,
            (Crowd((720,), (0, 1, 2)), Crowd((750,), (0, 1))),
        ),
    ],
)
def test_schedules_crowd_where_they_meet_on_a_date(texts: list[str], limit: int, expected: tuple[Crowd, ...]):
    assert crowds([parse(text) for text in texts], limit) == expected


@settings(max_examples=30)
@given(st.lists(TEXTS, max_size=5), st.integers(0, 3))
def test_one_crowd_is_found_when_there_are_any(texts: list[str], limit: int):
    schedules = [parse(text) for text in texts]

    found = crowd(schedules, limit)

    assert (found is None) == (not crowds(schedules, limit))
    assert found is None or (found.count > limit and set(found.members) <= set(range(len(texts))))


def test_one_crowd_passes_over_a_minute_whose_schedules_never_meet():
    texts = ("0 0 6 1 * *", "0 0 6 2 * *", "0 0 6 3 * *", "0 5 7 * * *", "0 5 7 * * *")

    assert crowd([parse(text) for text in texts], 1) == Crowd((7 * 60 + 5,), (3, 4))


def test_a_crowd_tells_its_time_and_size():
    crowd = Crowd((365, 720), (3, 4, 9))

    assert (crowd.time, crowd.count, clock(0), clock(MINUTES - 1)) == ("06:05", 3, "00:00", "23:59")


@settings(max_examples=60)
@given(TEXTS, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_masks_hold_what_the_schedule_does_on_a_day(text: str, day: date):
    schedule = parse(text)
    start = datetime.combine(day, datetime.min.time())
    place = 7 * (31 * (day.month - 1) + day.day - 1) + day.isoweekday() % 7

    runs_today = dates_of(schedule) >> place & 1
    starts = [minute for minute in bits(minutes_of(schedule)) if runs_today]

    moments = [start + timedelta(minutes=minute) for minute in range(MINUTES)]
    assert starts == [
        minute for minute, moment in enumerate(moments) if schedule.count(moment, moment + timedelta(minutes=1))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * * *", timedelta(seconds=1)),
        ("*/10 * * * * *", timedelta(seconds=10)),
        ("0,59 * * * * *", timedelta(seconds=1)),
        ("0 */15 * * * *", timedelta(minutes=15)),
        ("0 */7 * * * *", timedelta(minutes=4)),
        ("0 0,59 0,23 * * *", timedelta(minutes=1)),
        ("0 0 6 * * *", timedelta(days=1)),
        ("0 0 6 * * 1", timedelta(days=7)),
        ("0 0 6 * * 1,2", timedelta(days=1)),
        ("0 0 6 1,31 * *", timedelta(days=1)),
        ("0 0 6 13 * 5", timedelta(days=28)),
        ("0 0 0 29 2 *", timedelta(days=1461)),
        ("0 0 0 30 2 *", None),
    ],
)
def test_the_shortest_time_between_two_starts(text: str, expected: timedelta | None):
    assert shortest_gap(parse(text)) == expected


@settings(max_examples=60)
@given(TEXTS, st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)))
def test_no_two_starts_are_closer_than_the_shortest_time(text: str, moment: datetime):
    schedule = parse(text)
    shortest, before = shortest_gap(schedule), schedule.next_after(moment)
    if before is None:
        assert shortest is None
        return
    for _ in range(20):
        after = schedule.next_after(before)
        assert after - before >= shortest
        before = after
