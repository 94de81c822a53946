"""Old generations against a line-by-line rendering of NCrontab 2.0.0's `GetNextOccurrence`."""

from calendar import monthrange
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ncrontab import Schedule, parse
from ncrontab.fields import FIELDS

NIL = -1


def ncrontab_2_0_0(schedule: Schedule, base: datetime) -> datetime:
    """https://github.com/atifaziz/NCrontab/blob/v2.0.0/NCrontab/CrontabSchedule.cs, loops for recursion."""
    while True:
        found = one_step(schedule, base)
        if found.isoweekday() % 7 in schedule.weekdays:
            return found
        base = found.replace(hour=23, minute=59, second=59)


def one_step(schedule: Schedule, base: datetime) -> datetime:  # noqa: C901 - as long as the original
    firsts = schedule.seconds[0], schedule.minutes[0], schedule.hours[0]
    year, month, day, hour, minute = base.year, base.month, base.day, base.hour, base.minute
    second = following(schedule.seconds, base.second + 1)
    if second == NIL:
        second, minute = firsts[0], minute + 1
    minute = following(schedule.minutes, minute)
    if minute == NIL:
        minute, hour = firsts[1], hour + 1
    hour = following(schedule.hours, hour)
    if hour == NIL:
        minute, hour, day = firsts[1], firsts[2], day + 1
    elif hour > base.hour:
        minute = firsts[1]
    day = following(schedule.days, day)
    while True:
        if day == NIL:
            (second, minute, hour), day, month = firsts, schedule.days[0], month + 1
        elif day > base.day:
            second, minute, hour = firsts
        month = following(schedule.months, month)
        if month == NIL:
            (second, minute, hour), day = firsts, schedule.days[0]
            month, year = schedule.months[0], year + 1
        elif month > base.month:
            (second, minute, hour), day = firsts, schedule.days[0]
        if day <= 28 or day <= monthrange(year, month)[1]:
            return datetime(year, month, day, hour, minute, second)
        day = NIL


def following(values: tuple[int, ...], start: int) -> int:
    return next((value for value in values if value >= start), NIL)


SETS = [st.sets(st.integers(field.low, field.high), min_size=1, max_size=4).map(sorted) for field in FIELDS]
TEXTS = st.tuples(
    *SETS[:3],
    st.sets(st.integers(1, 28), min_size=1, max_size=4).map(sorted),
    *SETS[4:],
).map(lambda sets: " ".join(",".join(map(str, values)) for values in sets))


@settings(max_examples=300)
@given(TEXTS, st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_generation_2_0_0_answers_as_ncrontab_2_0_0(text: str, moment: datetime):
    schedule = parse(text, "2.0.0")

    assert schedule.next_after(moment) == ncrontab_2_0_0(schedule, moment.replace(microsecond=0))
