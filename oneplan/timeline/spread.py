"""Suggests other minutes for jobs that crowd, so that no more start at once than the plan has cores."""

from collections.abc import Iterable
from dataclasses import dataclass

import ncrontab
from ncrontab.schedule import Schedule
from oneplan.timeline.crowding import starts_a_minute
from oneplan.timeline.day import Day, Row

_HOUR = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another schedule for a job: the same, some minutes later or earlier."""

    job: str
    text: str
    """As it is now."""
    cron: str
    """What to write instead, in five fields, or in six when seconds matter."""
    shift: int
    """Minutes later; earlier when negative."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What the suggestions together achieve."""

    suggestions: tuple[Suggestion, ...]
    before: int
    """The most jobs that start in one minute today."""
    after: int
    """The same with every suggestion followed."""


def spread(day: Day) -> Spread:
    """Returns the shifts that leave at most as many starts a minute as there are cores, or as few as can be.

    Jobs that start often are moved first, as theirs is a rhythm and not a time of day; each by as little as helps,
    and only within the hour.
    """
    counts = list(starts_a_minute(day))
    before = max(counts, default=0)
    found = []
    for row in sorted(day.rows, key=lambda row: (-len(row.starts), row.job)):
        if row.schedule is None or max((counts[start] for start in row.starts), default=0) <= day.cores:
            continue
        if (suggestion := _best(day, row, ncrontab.parse(row.schedule), counts)) is not None:
            found.append(suggestion)
    return Spread(tuple(found), before, max(counts, default=0))


def _best(day: Day, row: Row, schedule: Schedule, counts: list[int]) -> Suggestion | None:
    """The least shift with the lowest peak at the job's own starts; `counts` follows when there is one."""
    for start in row.starts:
        counts[start] -= 1
    best, peak, moved_to = 0, max(counts[start] for start in row.starts), row.starts
    for shift in _shifts(schedule):
        moved = _moved(row.starts, shift, day.length)
        if (there := max(counts[start] for start in moved)) < peak:
            best, peak, moved_to = shift, there, moved
        if peak < day.cores:
            break
    for start in moved_to:
        counts[start] += 1
    if not best:
        return None
    return Suggestion(row.job, row.text, shifted(row.schedule or "", best), best)


def _shifts(schedule: Schedule) -> list[int]:
    """The shifts that keep a job's rhythm and its hours, the smallest first and later before earlier."""
    minutes = schedule.minutes
    room = _period(minutes) or _HOUR - minutes[-1] + minutes[0]
    return sorted(
        (shift for shift in range(-minutes[0], room - minutes[0]) if shift), key=lambda shift: (abs(shift), -shift)
    )


def _period(minutes: tuple[int, ...]) -> int:
    """The minutes between starts that are even all through the hour, otherwise 0."""
    step = minutes[1] - minutes[0] if len(minutes) > 1 else 0
    is_even = step and _HOUR % step == 0 and minutes == tuple(range(minutes[0] % step, _HOUR, step))
    return step if is_even else 0


def _moved(starts: Iterable[int], shift: int, length: int) -> tuple[int, ...]:
    return tuple(min(max(start + shift, 0), length - 1) for start in starts)


def shifted(schedule: str, minutes: int) -> str:
    """Returns a six-field schedule moved by minutes within its hours; with five fields when it fires at second 0.

    The author's own words for hours, days, months and weekdays stay.
    """
    second, _, *rest = schedule.split(" ")
    parsed = ncrontab.parse(schedule)
    moved = tuple(minute + minutes for minute in parsed.minutes)
    fields = [_written(moved), *rest]
    return " ".join(fields if parsed.seconds == (0,) else [second, *fields])


def _written(minutes: tuple[int, ...]) -> str:
    """Minutes as people write them: `7-59/15`, `5` or `5,35`."""
    step = minutes[1] - minutes[0] if len(minutes) > 2 else 0
    if step and minutes == tuple(range(minutes[0], _HOUR, step)):
        return f"*/{step}" if minutes[0] == 0 else f"{minutes[0]}-59/{step}"
    return ",".join(str(minute) for minute in minutes)
