"""Suggestions that spread jobs over the minutes."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ncrontab
from ncrontab.day import bits, minutes_of
from oneplan.timeline import Day, Row, Spread, Suggestion, day_of, shifted, spread, starts_a_minute
from oneplan.timeline.spread import _shifts

TODAY = date(2026, 11, 24)


def test_a_calm_day_needs_no_suggestion(manifest_of):
    assert spread(day_of(manifest_of({"a": "0 0 6 * * *", "b": "0 0 7 * * *"}), TODAY, 1)) == Spread((), 1, 1)


def test_a_job_with_a_rhythm_is_moved_before_one_with_a_time_of_day(manifest_of):
    day = day_of(manifest_of({"mail": "0 0 6 * * *", "sync": "0 */15 * * * *"}), TODAY, 1)

    assert spread(day) == Spread((Suggestion("sync", "cron 0 */15 * * * *", "1-59/15 * * * *", 1),), 2, 1)


def test_jobs_at_one_time_are_moved_minute_by_minute(manifest_of):
    day = day_of(manifest_of(dict.fromkeys("abcd", "0 0 6 * * Mon-Fri")), TODAY, 2)

    assert spread(day) == Spread(
        (
            Suggestion("a", "cron 0 0 6 * * Mon-Fri", "1 6 * * Mon-Fri", 1),
            Suggestion("b", "cron 0 0 6 * * Mon-Fri", "1 6 * * Mon-Fri", 1),
        ),
        4,
        2,
    )


def test_where_there_is_no_room_as_few_as_can_be_start_at_once(manifest_of):
    day = day_of(manifest_of(dict.fromkeys("abcde", "0 */2 * * * *")), TODAY, 1)

    assert (spread(day).before, spread(day).after) == (5, 3)


def test_what_starts_every_minute_cannot_be_moved(manifest_of):
    day = day_of(manifest_of({"a": "0 * * * * *", "b": "0 * * * * *"}), TODAY, 1)

    assert spread(day) == Spread((), 2, 2)


@pytest.mark.parametrize(
    ("schedule", "minutes", "expected"),
    [
        ("0 */15 * * * *", 7, "7-59/15 * * * *"),
        ("0 7-59/15 * * * *", -7, "*/15 * * * *"),
        ("0 0 */2 * * *", 5, "5 */2 * * *"),
        ("0 0,30 8-17 * * Mon-Fri", 5, "5,35 8-17 * * Mon-Fri"),
        ("30 0 6 1 Jan,Jul *", 12, "30 12 6 1 Jan,Jul *"),
        ("*/10 5 * * * *", 1, "*/10 6 * * * *"),
        ("0 59 6 * * *", -59, "0 6 * * *"),
    ],
)
def test_a_moved_schedule_keeps_the_authors_words(schedule: str, minutes: int, expected: str):
    assert shifted(schedule, minutes) == expected


SCHEDULES = st.tuples(
    st.sampled_from(["*/5", "*/15", "7-59/15", "0", "30", "0,30", "5,20", "*", "59"]),
    st.sampled_from(["*", "6", "*/2", "8-17"]),
).map(lambda fields: f"0 {fields[0]} {fields[1]} * * *")


@settings(max_examples=60)
@given(st.lists(SCHEDULES, max_size=12), st.integers(1, 4))
def test_following_the_suggestions_gives_what_they_promise(schedules: list[str], cores: int):
    def day(texts: list[str]) -> Day:
        rows = tuple(Row(f"j{number:02}", "w", text, text, tuple(_minutes(text))) for number, text in enumerate(texts))
        return Day(TODAY, "UTC", datetime(2026, 11, 24, tzinfo=UTC), 1440, cores, rows)

    found = spread(day(schedules))
    better = {each.job: ncrontab.normalise(each.cron) for each in found.suggestions}
    followed = [better.get(f"j{number:02}", text) for number, text in enumerate(schedules)]

    assert max(starts_a_minute(day(followed)), default=0) == found.after <= found.before


def _minutes(text: str) -> list[int]:
    return list(bits(minutes_of(ncrontab.parse(text))))


@pytest.mark.parametrize(
    "text", ["0 */15 * * * *", "0 7-59/15 * * * *", "0 0 6 * * *", "0 30 6 * * *", "0 5,20 * * * *"]
)
def test_a_shift_never_leaves_the_hour(text: str):
    minutes = ncrontab.parse(text).minutes

    assert all(minutes[0] + shift >= 0 and minutes[-1] + shift < 60 for shift in _shifts(ncrontab.parse(text)))
