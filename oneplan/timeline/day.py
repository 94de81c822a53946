"""The shared plan's day: every job with its starts, to the minute, from midnight to midnight in the owner's zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import ncrontab
from ncrontab.schedule import Schedule
from ncrontab.zones import zone as zone_named
from oneplan.manifest import Manifest
from oneplan.manifest.values import Job
from oneplan.timeline.upcoming import zone_of

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_SHORTEST = 1

Source = Literal["timeout", "estimate", "unknown"]


@dataclass(frozen=True, slots=True)
class Row:
    """One job on the day."""

    job: str
    app: str
    text: str
    """Its trigger as the author wrote it."""
    schedule: str | None
    """Six fields; None for a job that runs all day."""
    starts: tuple[int, ...] = ()
    """Minutes since the day began, ascending; several starts within a minute count once."""
    minutes: int = _SHORTEST
    """How long a run may take, rounded up; 1 where nothing says."""
    source: Source = "unknown"
    """Where that length comes from."""

    @property
    def is_continuous(self) -> bool:
        """Whether it runs all day (`queue` and `always`)."""
        return self.schedule is None


@dataclass(frozen=True, slots=True)
class Day:
    """The day of one plan."""

    date: date
    zone: str
    begin: datetime
    """Midnight, in UTC."""
    length: int
    """Minutes until the next midnight; 1,440 but for changes of clocks."""
    cores: int
    rows: tuple[Row, ...] = field(default_factory=tuple)

    def clock(self, minute: int) -> str:
        """Returns what a clock in the zone shows in that minute of the day, such as `06:05`."""
        return f"{(self.begin + minute * _MINUTE).astimezone(zone_named(self.zone)):%H:%M}"


def day_of(manifest: Manifest, day: date, cores: int, estimates: Mapping[str, timedelta] | None = None) -> Day:
    """Returns the day of a manifest's plan: jobs that are switched on, those started by hand left out.

    Args:
        manifest: Whose jobs.
        day: A date in the manifest's zone.
        cores: Processor cores of all instances of the plan together.
        estimates: How long a job's run takes, by name; the job's timeout is taken where it has none.
    """
    zone = zone_named(manifest.time_zone)
    begin, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    known: dict[tuple[str, str], tuple[int, ...]] = {}
    rows = []
    for job in manifest.jobs.values():
        if not job.enabled or job.trigger.kind == "manual":
            continue
        if job.trigger.schedule is None:
            rows.append(Row(job.name, job.app, job.trigger.text, None))
            continue
        key = (job.trigger.schedule, zone_of(manifest, job))
        if key not in known:
            known[key] = _starts(*key, begin, end)
        minutes, source = _length(job, (estimates or {}).get(job.name))
        rows.append(Row(job.name, job.app, job.trigger.text, key[0], known[key], minutes, source))
    return Day(day, manifest.time_zone, begin, -(-(end - begin) // _MINUTE), cores, tuple(rows))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def _starts(schedule: str, zone: str, begin: datetime, end: datetime) -> tuple[int, ...]:
    """The minutes of the day in which Kudu starts a job."""
    parsed = ncrontab.parse(schedule)
    once_a_minute = Schedule(
        parsed.seconds[:1], parsed.minutes, parsed.hours, parsed.days, parsed.months, parsed.weekdays
    )
    found: list[int] = []
    for run in ncrontab.runs(once_a_minute, zone_named(zone), begin - _SECOND):
        if run.at.astimezone(UTC) >= end:
            break
        found.append((run.at.astimezone(UTC) - begin) // _MINUTE)
    return tuple(found)


def _length(job: Job, estimate: timedelta | None) -> tuple[int, Source]:
    length = job.timeout if estimate is None else estimate
    if length is None:
        return _SHORTEST, "unknown"
    return max(-(-length // _MINUTE), _SHORTEST), "timeout" if estimate is None else "estimate"
