"""When a scheduled job runs next: Kudu's decision, with time zones, missed runs and the ten-minute rule.

A port of https://github.com/projectkudu/kudu/blob/master/Kudu.Core/Jobs/Schedule.cs. The arithmetic is done on
the wall clock of the zone; only the result becomes an instant.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from ncrontab.schedule import Schedule

CATCH_UP = timedelta(minutes=10)
"""A run that is late by at most this much is made up for."""

LONGEST_WAIT = timedelta(days=40)
"""Kudu's timer is capped here and then asks again."""


@dataclass(frozen=True, slots=True)
class NextRun:
    """What to do now about a schedule."""

    at: datetime | None
    """The occurrence in question, in UTC; None when the schedule never fires."""
    due: bool
    """Run at once."""
    missed: int
    """Occurrences that are too old to be made up for."""
    most_recent_missed: datetime | None
    """The newest of those, in UTC."""
    wait: timedelta
    """How long to sleep before asking again, never more than `LONGEST_WAIT`."""


def next_run(
    schedule: Schedule,
    zone: tzinfo,
    last_run: datetime | None,
    now: datetime,
    ignore_missed: bool = False,
) -> NextRun:
    """Returns what Kudu decides at `now` for a job whose newest run began at `last_run`.

    Args:
        schedule: The parsed schedule.
        zone: The site's zone (`WEBSITE_TIME_ZONE`).
        last_run: Aware start of the newest run, whatever started it; None counts as now.
        now: The aware current time.
        ignore_missed: An occurrence in the past is due however old it is; Kudu asks so when its timer fires.
    """
    now_wall = wall_clock(now, zone)
    expected = schedule.next_after(wall_clock(last_run, zone) if last_run else now_wall)
    if expected is None:
        return NextRun(None, due=False, missed=0, most_recent_missed=None, wait=LONGEST_WAIT)
    at = resolve(expected, zone)
    if at > now:
        return _wait_for(expected, zone, now)
    if at == now or ignore_missed or now_wall - expected <= CATCH_UP:
        return NextRun(at, due=True, missed=0, most_recent_missed=None, wait=timedelta(0))
    latest = schedule.last_before(now_wall, not_before=expected) or expected
    return _wait_for(
        schedule.next_after(now_wall),
        zone,
        now,
        missed=max(schedule.count(expected, now_wall), 1),
        most_recent_missed=resolve(latest, zone),
    )


def resolve(wall: datetime, zone: tzinfo) -> datetime:
    """Returns the UTC instant of a naive wall-clock time, as Kudu reads it.

    Both a time that happens twice (autumn) and one that does not exist (spring) take the standard offset: the
    second pass, and the same distance after the gap.
    """
    offsets = [wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0) for fold in (0, 1)]
    return (wall - min(offsets)).replace(tzinfo=UTC)


def _wait_for(
    expected: datetime | None,
    zone: tzinfo,
    now: datetime,
    *,
    missed: int = 0,
    most_recent_missed: datetime | None = None,
) -> NextRun:
    at = resolve(expected, zone) if expected else None
    wait = min(max(at - now, timedelta(0)), LONGEST_WAIT) if at else LONGEST_WAIT
    return NextRun(at, due=False, missed=missed, most_recent_missed=most_recent_missed, wait=wait)


def wall_clock(moment: datetime, zone: tzinfo) -> datetime:
    """Returns what a clock in the zone shows at an aware instant, naive."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)
