"""Runs on one axis of time: what ran, what runs, what is due, and what should have run and did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

import ncrontab
from oneplan.dashboard.snapshot import JobView

Kind = Literal["good", "bad", "open", "due", "band", "missed"]

MOST_MARKS = 300
"""In a lane: a job that runs each minute would fill it otherwise."""
MOST_DUE = 60
"""More due times than this are drawn as one band."""
_NEAR = timedelta(minutes=10)
_SHORTEST_PERCENT = 0.25
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880)
"""Minutes between two words of the axis."""
_MOST_WORDS = 13


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a lane; places are in percent of the span."""

    kind: Kind
    left: float
    width: float
    at: datetime
    run: str | None = None
    """The run's id; None for what is due or was missed."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One job's day."""

    job: JobView
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is shown."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How much time it is."""
        return self.end - self.start

    def place(self, at: datetime) -> float:
        """Returns where a moment is, in percent of the span."""
        return round(100 * ((at - self.start) / self.length), 3)

    def holds(self, at: datetime) -> bool:
        """Whether a moment is in it."""
        return self.start <= at <= self.end

    def moved(self, by: timedelta) -> Span:
        """Returns the same length of time, later by so much."""
        return Span(self.start + by, self.end + by)


def around(now: datetime, hours: int) -> Span:
    """Returns a span of so many hours; three quarters of it are past.

    It moves on in steps of a 720th, about a pixel: what does not change need not be drawn, or sent, again.
    """
    steady = now - timedelta(seconds=now.timestamp() % (hours * 5))
    return Span(steady - timedelta(hours=hours * 0.75), steady + timedelta(hours=hours * 0.25))


def lanes(jobs: Sequence[JobView], span: Span, now: datetime, zone: ZoneInfo) -> tuple[Lane, ...]:
    """Returns a lane for each job that ran or will run in the span, in the jobs' order."""
    made = (lane(view, span, now, zone) for view in jobs if view.job.type == "triggered")
    return tuple(one for one in made if one.marks)


def lane(view: JobView, span: Span, now: datetime, zone: ZoneInfo) -> Lane:
    """Returns one job's lane."""
    return Lane(view, tuple(_marks(view, span, now, zone)))


def axis(span: Span, zone: ZoneInfo) -> tuple[tuple[float, str], ...]:
    """Returns the axis: places in percent and the clock's words, at most thirteen; midnight is told by its day."""
    minutes = span.length / timedelta(minutes=1)
    step = next((step for step in _STEPS if minutes / step <= _MOST_WORDS), _STEPS[-1])
    at = span.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0, tzinfo=None)
    found: list[tuple[float, str]] = []
    while (moment := ncrontab.resolve(at, zone)) < span.end:
        if moment > span.start:
            found.append((span.place(moment), f"{at:%a} {at.day}" if (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"))
        at += timedelta(minutes=step)
    return tuple(found)


def following(view: JobView, now: datetime, zone: ZoneInfo, count: int = 5) -> tuple[datetime, ...]:
    """Returns the next runs of a scheduled job, in the owner's zone."""
    if view.job.schedule is None or view.job.state == "Disabled":
        return ()
    try:
        schedule = ncrontab.parse(view.job.schedule)
    except ncrontab.ScheduleError:
        return ()
    found = islice(_occurrences(schedule, zone, now, datetime.max.replace(tzinfo=UTC)), count)
    return tuple(at.astimezone(zone) for at in found)


def _marks(view: JobView, span: Span, now: datetime, zone: ZoneInfo) -> Iterator[Mark]:
    for run in view.runs[:MOST_MARKS]:
        if run.start is None or (run.end or now) < span.start or run.start > span.end:
            continue
        left = max(span.place(run.start), 0.0)
        width = max(round(min(span.place(run.end or now), 100.0) - left, 3), _SHORTEST_PERCENT)
        kind: Kind = "open" if not run.is_finished else "good" if run.status == "Success" else "bad"
        yield Mark(kind, left, width, run.start, run.id)
    yield from _expected(view, span, now, zone)


def _expected(view: JobView, span: Span, now: datetime, zone: ZoneInfo) -> Iterator[Mark]:
    """Due times to come, and past ones no run began near; the first known run is where looking begins."""
    if view.job.schedule is None:
        return
    try:
        schedule = ncrontab.parse(view.job.schedule)
    except ncrontab.ScheduleError:
        return
    starts = sorted(run.start for run in view.runs if run.start)
    begin = max(span.start, starts[0]) if starts else now
    due = islice(_occurrences(schedule, zone, max(now, span.start), span.end), MOST_DUE + 1)
    yield from _due(list(due), span)
    for at in _occurrences(schedule, zone, begin, min(now, span.end)):
        if at + _NEAR < now and not any(at - timedelta(seconds=5) <= start <= at + _NEAR for start in starts):
            yield Mark("missed", span.place(at), 0.0, at)


def _due(times: Sequence[datetime], span: Span) -> Iterator[Mark]:
    if len(times) > MOST_DUE:
        left = span.place(times[0])
        yield Mark("band", left, round(100 - left, 3), times[0])
    else:
        yield from (Mark("due", span.place(at), 0.0, at) for at in times)


def _occurrences(schedule: ncrontab.Schedule, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    wall: datetime | None = begin.astimezone(zone).replace(tzinfo=None, fold=0)
    for _ in range(MOST_MARKS):
        wall = schedule.next_after(wall) if wall else None
        if wall is None or (at := ncrontab.resolve(wall, zone)) > end:
            return
        yield at
