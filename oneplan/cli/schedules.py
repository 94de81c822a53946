"""`oneplan next`: when scheduled jobs run, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from oneplan.cli.exits import UsageError
from oneplan.cli.project import find_root, load_manifest
from oneplan.cli.screen import warn
from oneplan.cli.styled import Line, Span, columns, emit, fold, length, line, show, visible, width_of
from oneplan.errors import ManifestError

if TYPE_CHECKING:
    from oneplan.manifest import Manifest
    from oneplan.manifest.values import Job
    from oneplan.timeline import Upcoming


def next_runs(job: str | None, *, stack: str, count: int, zone: str | None, cron: str | None, as_json: bool) -> None:
    """Prints the next runs of one job, of all, or of a schedule that is in no file."""
    now = datetime.now(UTC)
    if cron is not None:
        found: tuple[Upcoming, ...] = (_of_text(cron, zone or _owners_zone(stack), now, count, is_alone=job is None),)
        shown_in, idle = found[0].zone, ""
    else:
        manifest = load_manifest(stack)
        shown_in = zone or manifest.time_zone
        found, idle = _of_jobs(manifest, job, now, count)
    clock = checked_zone(shown_in)
    if as_json:
        print(json.dumps({"zone": shown_in, "schedules": [document(each, clock) for each in found]}, indent=2))
        return
    width, is_one = width_of(sys.stdout), job is not None or cron is not None
    show(table(found, shown_in, clock, width), sys.stdout)
    show((part for each in notes(found, clock, is_one=is_one) for part in fold(each, width, indent=2)), sys.stdout)
    if idle:
        emit(f"{idle}\n", sys.stdout)


def checked_zone(name: str) -> tzinfo:
    """Returns the zone of that IANA name; raises UsageError with the nearest one."""
    from ncrontab.zones import ZoneError, zone

    try:
        return zone(name)
    except ZoneError as error:
        raise UsageError(f"--zone: {error}") from error


def _of_text(cron: str, zone: str, now: datetime, count: int, *, is_alone: bool) -> Upcoming:
    from ncrontab import ScheduleError
    from oneplan.timeline import of_text

    if not is_alone:
        raise UsageError("--cron: a job has its schedule already; give either JOB or --cron")
    checked_zone(zone)
    try:
        return of_text(cron, zone, now, count)
    except ScheduleError as error:
        raise UsageError(f"--cron: {error}") from error


def _owners_zone(stack: str) -> str:
    """The project's zone, and UTC where there is no sound project."""
    try:
        find_root()
    except UsageError:
        return "UTC"
    try:
        return load_manifest(stack).time_zone
    except ManifestError:
        warn("the manifest has problems, so the schedule is read in UTC; run `oneplan validate`, or give --zone")
        return "UTC"


def _of_jobs(manifest: Manifest, job: str | None, now: datetime, count: int) -> tuple[tuple[Upcoming, ...], str]:
    """The next runs, and a sentence for jobs that have none."""
    from oneplan.timeline import of_jobs

    jobs = list(manifest.jobs.values()) if job is None else [_named(manifest, job)]
    found = of_jobs(manifest, jobs, now, count)
    if found:
        return found, ""
    return found, _why_none(jobs[0]) if job is not None else "no job has a schedule"


def _named(manifest: Manifest, name: str) -> Job:
    wanted = manifest.jobs.get(name) or manifest.jobs.get(name.replace("_", "-"))
    if wanted is None:
        near = get_close_matches(name, manifest.jobs, n=1)
        rest = f'did you mean "{near[0]}"?' if near else f"jobs are {', '.join(sorted(manifest.jobs)) or 'none'}"
        raise UsageError(f"job {name}: there is none of that name; {rest}")
    return wanted


def _why_none(job: Job) -> str:
    if not job.enabled:
        return f"{job.name} is switched off (enabled: false)"
    if job.trigger.kind == "manual":
        return f"{job.name} has no schedule; it is started by hand: oneplan jobs run {job.name}"
    return f"{job.name} has no schedule; it runs all the time (trigger {job.trigger.text})"


def table(found: Sequence[Upcoming], shown_in: str, clock: tzinfo, width: int | None) -> Iterator[Line]:
    """Yields one line a run; a schedule's words only where they fit."""
    if not found:
        return
    drawn = columns(list(_rows(found, shown_in, clock, with_words=True)))
    if width is not None and any(length(each) > width for each in drawn):
        drawn = columns(list(_rows(found, shown_in, clock, with_words=False)))
    yield from drawn


def _rows(
    found: Iterable[Upcoming], shown_in: str, clock: tzinfo, *, with_words: bool
) -> Iterator[Sequence[str | Span]]:
    heads = ("JOB", f"NEXT RUNS ({shown_in})", "UTC", "SCHEDULE" if with_words else "")
    yield [Span(head, "dim") for head in heads]
    for each in found:
        name = visible(each.name) or "(this schedule)"
        words = each.words if each.zone == shown_in else f"{each.words} ({each.zone})"
        if not each.runs:
            yield [name, "never", "", words if with_words else ""]
        for number, run in enumerate(each.runs):
            utc = Span(f"{run.at.astimezone(UTC):%H:%M:%S}", "dim")
            remark = Span(run.remark, "yellow")
            told = words if with_words and not number else ""
            yield [name if not number else "", _moment(run.at.astimezone(clock)), utc, told or remark]
            if told and run.remark:
                yield ["", "", "", remark]


def _moment(at: datetime) -> str:
    return f"{at:%a} {at.day:2} {at:%b %Y %H:%M:%S}"


def notes(found: Iterable[Upcoming], clock: tzinfo, *, is_one: bool) -> Iterator[Line]:
    """Yields what is doubtful in the schedules, and for a single one what changes of clocks do to it."""
    from oneplan.timeline import told

    for each in found:
        name = f"{visible(each.name)}: " if each.name else ""
        for remark in each.remarks:
            yield line(Span("note ", "bold yellow"), f"{name}{remark}")
        if is_one:
            for effect in each.changes:
                yield line(Span("clock change ", "bold"), told(effect, checked_zone(each.zone)))


def document(each: Upcoming, clock: tzinfo) -> dict[str, Any]:
    """A schedule's JSON form; times are ISO 8601."""
    from oneplan.timeline import told

    return {
        "job": each.name or None,
        "text": each.text,
        "schedule": each.schedule,
        "words": each.words,
        "zone": each.zone,
        "runs": [
            {
                "at": run.at.astimezone(clock).isoformat(),
                "utc": run.at.astimezone(UTC).isoformat(),
                "remark": run.remark or None,
            }
            for run in each.runs
        ],
        "remarks": list(each.remarks),
        "clock_changes": [told(effect, checked_zone(each.zone)) for effect in each.changes],
    }
