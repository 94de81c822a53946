"""The next runs of scheduled jobs, in words and as instants, with what changes of clocks do to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice

import ncrontab
from ncrontab import Run
from ncrontab.instants import Effect
from ncrontab.zones import zone as zone_named
from oneplan.manifest import Manifest
from oneplan.manifest.values import Job

_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """When one schedule runs next."""

    name: str
    """The job, or empty for a text that is in no file."""
    schedule: str
    """Six fields."""
    text: str
    """As the author wrote it."""
    words: str
    zone: str
    """The IANA zone in which the schedule is read."""
    runs: tuple[Run, ...]
    remarks: tuple[str, ...] = ()
    """What is doubtful in the schedule."""
    changes: tuple[Effect, ...] = ()
    """What the changes of clocks of the next year do to it."""


def of_jobs(manifest: Manifest, jobs: Iterable[Job], now: datetime, count: int) -> tuple[Upcoming, ...]:
    """Returns the next `count` runs of each job that has a schedule and is switched on, the soonest job first."""
    found = [
        of_text(job.trigger.schedule, zone_of(manifest, job), now, count, name=job.name, text=job.trigger.text)
        for job in jobs
        if job.trigger.schedule and job.enabled
    ]
    return tuple(sorted(found, key=lambda each: (each.runs[0].at if each.runs else _END, each.name)))


def of_text(schedule: str, zone: str, now: datetime, count: int, *, name: str = "", text: str = "") -> Upcoming:
    """Returns the next `count` runs of a schedule of six fields, five, or `every 15m`, read in a zone.

    Raises:
        ScheduleError: App Service would refuse the schedule.
        ZoneError: the zone is none.
    """
    fields = ncrontab.normalise(schedule)
    parsed, clock = ncrontab.parse(fields), zone_named(zone)
    runs = tuple(islice(ncrontab.runs(parsed, clock, now), count))
    return Upcoming(
        name,
        fields,
        text or schedule,
        ncrontab.words(parsed),
        zone,
        runs,
        ncrontab.remarks(fields),
        ncrontab.effects(parsed, clock, now, now + _A_YEAR),
    )


def zone_of(manifest: Manifest, job: Job) -> str:
    """Returns the zone in which a job's schedule is meant: its own when it is guarded, else its app's."""
    return job.trigger.time_zone or manifest.zone_of(job.app)


def told(effect: Effect, zone: tzinfo) -> str:
    """Returns what a change of clocks does to a schedule, as a sentence without its end."""
    start, end = effect.change.affected
    day = f"{start:%a} {start.day} {start:%b} {start.year}"
    more = f" and {effect.count - 1} more" if effect.count > 1 else ""
    if effect.change.is_forward:
        instead = ncrontab.resolve(effect.wall, zone).astimezone(zone)
        return (
            f"{day}, clocks go from {start:%H:%M} to {end:%H:%M}: "
            f"no {effect.wall:%H:%M}{more} on that day; runs at {instead:%H:%M}"
        )
    return (
        f"{day}, clocks go from {end:%H:%M} back to {start:%H:%M}: "
        f"{effect.wall:%H:%M}{more} {'come' if more else 'comes'} twice; only the second time counts"
    )


_END = datetime.max.replace(tzinfo=zone_named("UTC"))
