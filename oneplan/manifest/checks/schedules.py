"""Schedules: what App Service makes of them, clock changes, zones, and runs that meet.

How Kudu reads a schedule: https://github.com/projectkudu/kudu/blob/master/Kudu.Core/Jobs/Schedule.cs and NCrontab.
"""

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

import ncrontab
from ncrontab import ClockChange, Schedule, zones
from ncrontab.day import crowd, shortest_gap
from ncrontab.remarks import remarks
from oneplan.manifest import intervals
from oneplan.manifest.checks.scope import Scope, has_fixed_hour
from oneplan.manifest.clocks import is_uneven, minutes_apart
from oneplan.manifest.draft import Draft
from oneplan.manifest.models import JobModel
from oneplan.manifest.problems import Problems, listing

_A_YEAR = timedelta(days=365)
_UTC = "Etc/UTC"


def check_job(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    """Adds what is doubtful in one job's schedule."""
    schedule = scope.schedules.get(name)
    if schedule is None:
        return
    if job.trigger.cron is not None:
        _both_days(scope.draft, name, schedule, problems)
        _remarks(scope.draft, name, job.trigger.cron, problems)
    gap = shortest_gap(schedule)
    if job.timeout is not None and gap is not None and job.timeout > gap:
        message = (
            f"runs every {intervals.words(gap)} but may take {intervals.words(job.timeout)}; a run that is still busy "
            "makes App Service skip the next start, shorten the timeout or run less often"
        )
        problems.add(scope.draft.at("jobs", name, "trigger", _key(job)), "WJ040", message)


def check(scope: Scope, problems: Problems) -> None:
    """Adds what is wrong between the schedules of several jobs, and with their zones."""
    _zones(scope, problems)
    _guards(scope, problems)
    _no_zone(scope, problems)
    _clock_changes(scope, problems)
    _crowds(scope, problems)


def _key(job: JobModel) -> str:
    return "every" if job.trigger.every is not None else "cron"


def _both_days(draft: Draft, name: str, schedule: Schedule, problems: Problems) -> None:
    if len(schedule.days) == 31 or len(schedule.weekdays) == 7:
        return
    dates = ""
    if draft.today:
        moment = datetime.combine(draft.today, time())
        dates = f" ({', '.join(f'{one:%Y-%m-%d}' for one in islice(_days(schedule, moment), 3))})"
    message = (
        f"both day of month and weekday are set; App Service runs only when both match{dates}, unlike Unix cron, "
        "write * for one of them"
    )
    problems.add(draft.at("jobs", name, "trigger", "cron"), "WJ035", message)


def _days(schedule: Schedule, moment: datetime) -> Iterator[datetime]:
    while (found := schedule.next_after(moment)) is not None:
        yield found
        moment = datetime.combine(found, time.max)


def _remarks(draft: Draft, name: str, text: str, problems: Problems) -> None:
    if said := _doubts(text):
        message = f"this schedule is legal and rarely meant: {'; '.join(said)}"
        problems.add(draft.at("jobs", name, "trigger", "cron"), "WJ113", message)


@lru_cache(maxsize=1024)
def _doubts(text: str) -> tuple[str, ...]:
    return remarks(text)


def _zones(scope: Scope, problems: Problems) -> None:
    """One app has one zone, for WEBSITE_TIME_ZONE is a setting of the site."""
    for app, jobs in scope.jobs_of.items():
        kept: dict[str, str] = {}
        for name in jobs:
            job = scope.draft.jobs[name]
            schedule = scope.all_schedules.get(name)
            if schedule is None or job.trigger.zone_guard:
                continue
            if job.trigger.time_zone or has_fixed_hour(schedule):
                kept[name] = scope.zone_of(job) or "Etc/UTC"
        model = scope.draft.apps.get(app)
        first = next((name for name in kept if not scope.draft.jobs[name].trigger.time_zone), next(iter(kept), None))
        own = model.time_zone if model else None
        for name, wanted in kept.items():
            other = own or kept[str(first)]
            if wanted != other:
                whose = "the app" if own else str(first)
                _two_zones(scope.draft, name, (wanted, whose, app, other), problems)


def _guards(scope: Scope, problems: Problems) -> None:
    """A guarded job is started at each hour of its site's clock that may be its own: they are whole hours apart."""
    for app, names in scope.jobs_of.items():
        site = scope.site_zone(app)
        for name in names:
            trigger = scope.draft.jobs[name].trigger
            own = trigger.time_zone or scope.project_zone or _UTC
            guarded = trigger.zone_guard and name in scope.all_schedules and zones.is_iana(own) and zones.is_iana(site)
            if guarded and is_uneven(minutes_apart(own, site)):
                message = (
                    f"zone_guard cannot follow {own} from {site}, whose clocks are apart by a changing part of an "
                    "hour; put the job beside an app of its zone"
                )
                problems.add(scope.draft.at("jobs", name, "trigger", "zone_guard"), "WJ130", message)


def _two_zones(draft: Draft, name: str, said: tuple[str, str, str, str], problems: Problems) -> None:
    wanted, whose, app, other = said
    message = (
        f'{name} wants {wanted} but {whose} on app "{app}" uses {other}; one app has one zone, use one zone, '
        "another app, or zone_guard: true"
        if whose != "the app"
        else f'{name} wants {wanted} but app "{app}" is set to {other}; one app has one zone, use one zone, '
        "another app, or zone_guard: true"
    )
    key = "time_zone" if draft.has("jobs", name, "trigger", "time_zone") else _key(draft.jobs[name])
    problems.add(draft.at("jobs", name, "trigger", key), "WJ036", message)


def _no_zone(scope: Scope, problems: Problems) -> None:
    for name, schedule in scope.schedules.items():
        job = scope.draft.jobs[name]
        if len(schedule.hours) < 24 and job.trigger.cron and scope.draft.project and scope.zone_of(job) is None:
            clock = f"{schedule.hours[0]:02}:{schedule.minutes[0]:02}"
            message = f"time zone not set: {clock} means UTC; write time_zone in oneplan.yaml to say so on purpose"
            problems.add(scope.draft.at("jobs", name, "trigger", "cron"), "WJ042", message)
            return


def _clock_changes(scope: Scope, problems: Problems) -> None:
    if scope.draft.today is None or scope.draft.today.year == MAXYEAR:
        return
    start = datetime.combine(scope.draft.today, time(), UTC)
    changes: dict[str, tuple[ClockChange, ...]] = {}
    for name, schedule in scope.schedules.items():
        job = scope.draft.jobs[name]
        if len(schedule.hours) == 24 or (name_of_zone := scope.zone_of(job)) is None:
            continue
        if name_of_zone not in changes:
            changes[name_of_zone] = _changes(name_of_zone, start)
        said = [_effect(schedule, change) for change in changes[name_of_zone]]
        if told := [one for one in said if one]:
            message = (
                f"{' and '.join(told)} in {name_of_zone} (clock change); App Service runs it once, an hour later or "
                "in the second pass, choose another hour if that matters"
            )
            problems.add(scope.draft.at("jobs", name, "trigger", _key(job)), "WJ038", message)


@lru_cache(maxsize=32)
def _changes(name: str, start: datetime) -> tuple[ClockChange, ...]:
    return ncrontab.clock_changes(zones.zone(name), start, start + _A_YEAR) if zones.is_iana(name) else ()


@lru_cache(maxsize=4096)
def _effect(schedule: Schedule, change: ClockChange) -> str:
    first, end = change.affected
    if not schedule.count(first, end):
        return ""
    wall = schedule.next_after(first - timedelta(seconds=1)) or first
    what = "does not exist" if change.is_forward else "happens twice"
    return f"{wall:%H:%M} {what} on {wall:%Y-%m-%d}"


def _crowds(scope: Scope, problems: Problems) -> None:
    size = scope.size
    if size is None or scope.draft.project is None:
        return
    cores = size.cores * scope.most_instances
    by_zone: dict[str, list[str]] = {}
    for name in scope.schedules:
        by_zone.setdefault(scope.zone_of(scope.draft.jobs[name]) or "Etc/UTC", []).append(name)
    for jobs in by_zone.values():
        if found := crowd([scope.schedules[name] for name in jobs], cores):
            members = [jobs[position] for position in found.members]
            message = (
                f"{found.count} jobs start in the same minute ({found.time}) on a plan with {cores} "
                f"{'core' if cores == 1 else 'cores'}: {listing(members)}; shift some by a few minutes"
            )
            first = members[0]
            mark = scope.draft.at("jobs", first, "trigger", _key(scope.draft.jobs[first]))
            problems.add(mark, "WJ041", message)
