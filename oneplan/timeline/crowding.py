"""Where jobs crowd on a day: too many starts in one minute, and runs that may still be busy at their next start."""

from collections import defaultdict
from dataclasses import dataclass

from oneplan.timeline.day import Day, Row


@dataclass(frozen=True, slots=True)
class Crowd:
    """Jobs that start in the same minute, more than the plan has cores (check WJ041)."""

    minutes: tuple[int, ...]
    """The minutes of the day in which just these start."""
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A job whose run may still be busy when the next should start, so that App Service skips it (check WJ040)."""

    job: str
    minutes: int
    """How long a run may take."""
    gap: int
    """Minutes between the two closest starts of the day."""
    skipped: int
    """Starts of the day that are skipped if every run takes that long."""


def starts_a_minute(day: Day) -> tuple[int, ...]:
    """Returns how many jobs start in each minute of the day."""
    counts = [0] * day.length
    for row in day.rows:
        for start in row.starts:
            counts[start] += 1
    return tuple(counts)


def running(day: Day) -> tuple[int, ...]:
    """Returns how many scheduled jobs may run in each minute of the day, each for as long as it may take.

    A job never runs twice at once: App Service skips a start that comes while it is busy.
    """
    changes = [0] * (day.length + 1)
    for row in day.rows:
        for start in taken(row):
            changes[start] += 1
            changes[min(start + row.minutes, day.length)] -= 1
    found, now = [], 0
    for change in changes[: day.length]:
        now += change
        found.append(now)
    return tuple(found)


def taken(row: Row) -> tuple[int, ...]:
    """Returns the starts that are not skipped when every run takes as long as it may."""
    found: list[int] = []
    for start in row.starts:
        if not found or start >= found[-1] + row.minutes:
            found.append(start)
    return tuple(found)


def crowds(day: Day) -> tuple[Crowd, ...]:
    """Returns where more jobs start in a minute than the plan has cores, the largest first."""
    counts = starts_a_minute(day)
    together: dict[int, list[str]] = defaultdict(list)
    for row in day.rows:
        for start in row.starts:
            if counts[start] > day.cores:
                together[start].append(row.job)
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for minute, jobs in sorted(together.items()):
        found[tuple(jobs)].append(minute)
    every = (Crowd(tuple(minutes), jobs) for jobs, minutes in found.items())
    return tuple(sorted(every, key=lambda crowd: (-len(crowd.jobs), crowd.minutes)))


def overlaps(day: Day) -> tuple[Overlap, ...]:
    """Returns the jobs that may still be busy at their next start, in the day's order."""
    found = []
    for row in day.rows:
        gap = min((after - start for start, after in zip(row.starts, row.starts[1:], strict=False)), default=0)
        if row.source != "unknown" and 0 < gap < row.minutes:
            found.append(Overlap(row.job, row.minutes, gap, len(row.starts) - len(taken(row))))
    return tuple(found)
