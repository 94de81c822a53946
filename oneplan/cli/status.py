"""`oneplan status`: apps, jobs and queues, as a table or as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from oneplan.cli.grid import Cell, Grid
from oneplan.cli.project import manifest_to_look_with
from oneplan.cli.screen import NARROW, NOTHING, out, state, warn, width
from oneplan.cli.times import moment
from oneplan.collector import without_collector
from oneplan.manifest import Manifest
from oneplan.operate import Job, Plane, Run, Status, connect
from oneplan.operate.drift import drift
from oneplan.operate.packages import wanted

WATCH_SECONDS = 2.0


def status(stack: str, *, as_json: bool) -> None:
    """Prints what runs of a stack, also where files of a job would keep it from being deployed again."""
    with without_collector():  # the command ends soon
        plane = connect(manifest_to_look_with(stack))
        _print(plane, plane.status(), as_json=as_json)


def watch(stack: str, *, as_json: bool, sleep: Callable[[float], None] = time.sleep) -> None:
    """Prints it again and again, until the user has seen enough; JSON is one line each time."""
    plane = connect(manifest_to_look_with(stack))
    while True:
        seen = plane.status()
        if as_json:
            print(json.dumps(document(seen, plane.zone, plane.manifest)), flush=True)
        else:
            if out().is_terminal:
                out().clear()
            _print(plane, seen, as_json=False)
        sleep(WATCH_SECONDS)


def _print(plane: Plane, seen: Status, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(document(seen, plane.zone, plane.manifest), indent=2))
        _warn_of(seen)
    elif not seen.apps and not seen.problems:
        out().print(f"nothing is deployed of {plane.manifest.stack}; run `oneplan up`", markup=False)
    else:
        show(seen, plane.zone)
        for one in drift(plane.manifest, seen, wanted(plane.manifest, seen.packages)):
            warn(str(one))


def document(seen: Status, zone: ZoneInfo, manifest: Manifest) -> dict[str, Any]:
    """The JSON form: `apps`, `jobs`, `queues` and `drift`; times are ISO 8601 with the owner's zone's offset."""
    return {
        "apps": [{"name": app.app, "url": app.url, "scm_url": app.scm_url, "state": app.state} for app in seen.apps],
        "jobs": [job_document(job, zone) for job in seen.jobs],
        "queues": [
            {"name": queue.name, "url": queue.url, "messages": queue.messages, "oldest": _iso(queue.oldest, zone)}
            for queue in seen.queues
        ],
        "drift": [
            {"of": one.of, "name": one.name, "kind": one.kind, "message": one.message}
            for one in drift(manifest, seen, wanted(manifest, seen.packages))
        ],
    }


def job_document(job: Job, zone: ZoneInfo) -> dict[str, Any]:
    """A job's JSON form."""
    return {
        "name": job.name,
        "app": job.app,
        "type": job.type,
        "state": job.state,
        "last_run": run_document(job.last_run, zone) if job.last_run else None,
        "next_run": _iso(job.next_run, zone),
    }


def run_document(run: Run, zone: ZoneInfo) -> dict[str, Any]:
    """A run's JSON form."""
    return {"id": run.id, "status": run.status, "start": _iso(run.start, zone), "end": _iso(run.end, zone)}


def show(seen: Status, zone: ZoneInfo) -> None:
    """Prints the tables."""
    apps = Grid("APP", "URL", "STATE")
    for app in seen.apps:
        apps.add_row(app.app, app.url, state(app.state))
    print()
    apps.print()
    if seen.jobs:
        print()
        jobs_table(seen.jobs, zone).print()
    if seen.queues:
        queues = Grid("QUEUE", ">MESSAGES")
        for queue in seen.queues:
            queues.add_row(queue.name, "?" if queue.messages is None else str(queue.messages))
        print()
        queues.print()
    print()
    _warn_of(seen)


def jobs_table(jobs: tuple[Job, ...], zone: ZoneInfo) -> Grid:
    """The jobs with state, last and next run."""
    is_wide = width() >= NARROW
    drawn = Grid("JOB", "APP", *(["TYPE"] if is_wide else []), "STATE", "LAST RUN", "NEXT RUN")
    now = datetime.now(zone)
    for job in jobs:
        last = job.last_run
        told: Cell = (state(last.status), f" {moment(last.start, now)}") if last else NOTHING
        following = moment(job.next_run, now) if job.next_run else NOTHING
        kind = [job.type] if is_wide else []
        drawn.add_row(job.name, job.app, *kind, state(job.state), told, following)
    return drawn


def _iso(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()


def _warn_of(seen: Status) -> None:
    for problem in seen.problems:
        warn(problem)
