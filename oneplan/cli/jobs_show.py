"""`oneplan jobs show`: one job, from what was declared to its last runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from oneplan import spans
from oneplan.cli.grid import Grid
from oneplan.cli.project import manifest_to_look_with
from oneplan.cli.screen import out, state
from oneplan.cli.status import job_document, run_document
from oneplan.cli.times import moment
from oneplan.operate import Run, connect
from oneplan.operate.health import judge
from oneplan.operate.occurrences import schedule_words

SHOWN_RUNS = 10


def show_job(stack: str, name: str, *, as_json: bool) -> None:
    """Prints how a job does, its schedule, and its last runs."""
    plane = connect(manifest_to_look_with(stack))
    site, job = plane.find(name)
    declared = plane.manifest.jobs.get(job.name)
    runs = plane.history(site, job) if job.type == "triggered" else ()
    health = judge(job, declared, runs, datetime.now(UTC), plane.zone)
    if as_json:
        facts = {"health": health.word, "reason": health.reason, "schedule": job.schedule, "folder": None}
        if declared:
            facts["folder"] = str(declared.folder.relative_to(plane.manifest.root))
        document = job_document(job, plane.zone) | facts | {"runs": [run_document(run, plane.zone) for run in runs]}
        print(json.dumps(document, indent=2))
        return
    now = datetime.now(plane.zone)
    rows = {
        "job": f"{job.name}, {job.type}, on {job.app}",
        "does": f"{declared.summary}" if declared and declared.summary else "",
        "state": f"{health.word}: {health.reason}",
        "schedule": f"{schedule_words(job.schedule)}  {job.schedule}" if job.schedule else "",
        "next run": moment(job.next_run, now) if job.next_run else "",
        "declared": str(declared.folder.relative_to(plane.manifest.root) / "job.yaml") if declared else "nowhere",
    }
    for title, text in rows.items():
        if text:
            out().print(f"{title:<9} {text}", markup=False)
    _show_runs(runs[:SHOWN_RUNS], now)


def _show_runs(runs: tuple[Run, ...], now: datetime) -> None:
    if not runs:
        return
    drawn = Grid("RUN", "STATUS", "START", ">DURATION", "TRIGGER")
    for run in runs:
        took = spans.told(run.end - run.start) if run.start and run.end else "-"
        drawn.add_row(run.id, state(run.status), moment(run.start, now), took, run.trigger)
    print()
    drawn.print()
