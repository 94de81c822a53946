"""The guard of a job whose clock is not its site's: it is started at every hour that may be right, and then looks.

App Service reads all schedules of a site in one zone (`WEBSITE_TIME_ZONE`). 06:00 in Tokyo is 22:00 or 23:00 the day
before in Zurich, so the schedule names both hours of any day, and the run script ends at once in the wrong one.
"""

from dataclasses import dataclass
from importlib.resources import files

from ncrontab import Schedule, parse
from oneplan.errors import PackagingError
from oneplan.manifest.clocks import is_uneven, minutes_apart
from oneplan.manifest.values import Job, Manifest

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Guard:
    """When a guarded job is started, and when it then goes on."""

    schedule: str
    """Six fields, in the site's zone."""
    zone: str
    """IANA name of the job's own zone."""
    wanted: Schedule
    """What has to hold on the clock there."""

    @property
    def rule(self) -> str:
        """The zone as the C library understands it without a zone database, such as `CET-1CEST,M3.5.0,M10.5.0/3`."""
        data = files("tzdata.zoneinfo").joinpath(*self.zone.split("/")).read_bytes()
        return data.rsplit(b"\n", 2)[1].decode()  # RFC 8536 section 3.3: the footer


def guard_of(manifest: Manifest, job: Job, where: str) -> Guard | None:
    """Returns the guard of a job that has one; None for one that lives by its site's clock.

    Raises:
        PackagingError: if the two zones are apart by a changing part of an hour, which no list of hours can cover.
    """
    if not (job.trigger.zone_guard and job.trigger.schedule):
        return None
    own, site = job.trigger.time_zone or manifest.time_zone, manifest.zone_of(job.app)
    if own == site:
        return None
    gaps = minutes_apart(own, site)
    if is_uneven(gaps):
        raise PackagingError(
            f"{where}/job.yaml: zone_guard cannot follow {own} from {site}, whose clocks are apart by a changing "
            "part of an hour; put the job beside an app of its zone"
        )
    wanted = parse(job.trigger.schedule)
    return Guard(_spread(wanted, gaps), own, wanted)


def schedule_of(manifest: Manifest, job: Job) -> str | None:
    """Returns the schedule App Service is given for a job, in its site's zone; None for one without.

    Raises:
        PackagingError: as `guard_of`.
    """
    guard = guard_of(manifest, job, f"jobs/{job.folder.name}") if job.trigger.zone_guard else None
    return guard.schedule if guard else job.trigger.schedule


def _spread(wanted: Schedule, gaps: tuple[int, ...]) -> str:
    """The schedule of every moment in the site's zone that may be a wanted one; the day may be another there."""
    moments = [
        divmod((hour * 60 + minute - gap) % _DAY_MINUTES, 60)
        for gap in gaps
        for hour in wanted.hours
        for minute in wanted.minutes
    ]
    hours, minutes = sorted({hour for hour, _ in moments}), sorted({minute for _, minute in moments})
    return f"{_listed(wanted.seconds, 60)} {_listed(minutes, 60)} {_listed(hours, 24)} * * *"


def _listed(values: tuple[int, ...] | list[int], count: int) -> str:
    return "*" if len(values) == count else ",".join(map(str, values))
