"""`oneplan jobs …`: list, run, logs, history, start, stop, enable and disable."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TextIO

from oneplan import spans
from oneplan.cli.exits import UsageError
from oneplan.cli.grid import Grid
from oneplan.cli.project import load_manifest, manifest_to_look_with
from oneplan.cli.screen import done, out, record, state, step
from oneplan.cli.status import job_document, jobs_table, run_document
from oneplan.cli.times import moment
from oneplan.errors import JobBusyError, OperateError
from oneplan.operate import Job, Plane, Run, Site, connect, continuous_log, run_log, wait_for_run
from oneplan.operate.arguments import ArgumentsError, command_line
from oneplan.operate.drift import drift


def list_jobs(stack: str, *, as_json: bool) -> None:
    """Prints the jobs of a stack."""
    plane = connect(manifest_to_look_with(stack))
    jobs = plane.jobs()
    if as_json:
        print(json.dumps([job_document(job, plane.zone) for job in jobs], indent=2))
    elif not jobs:
        out().print("no job is deployed; run `oneplan up`", markup=False)
    else:
        jobs_table(jobs, plane.zone).print()


def run_job(stack: str, name: str, given: Sequence[str], *, wait: bool, as_json: bool = False) -> None:
    """Starts a triggered job; with `wait` shows its log and raises CommandFailedError when the run fails."""
    manifest = load_manifest(stack)
    plane = connect(manifest)
    site, job = plane.find(name)
    declared = manifest.jobs[job.name].arguments if job.name in manifest.jobs else ()
    try:
        arguments = command_line(job.name, declared, given)
    except ArgumentsError as error:
        raise UsageError(str(error)) from error
    scm = plane.scm(site)
    run = _start_after_the_present_run(plane, site, job, arguments) if wait else plane.run(site, job, arguments)
    done(f"{job.name} runs ({run})")
    if not wait:
        record({"job": job.name, "run": run}, as_json=as_json)
        return
    _print_pieces(run_log(scm, job.name, run, follow=True), sys.stderr if as_json else sys.stdout)
    ended = wait_for_run(scm, job.name, run)
    record({"job": job.name, "run": run, **run_document(ended, plane.zone)}, as_json=as_json)
    _report(job, ended)


def _start_after_the_present_run(plane: Plane, site: Site, job: Job, arguments: str) -> str:
    """The id of a run that was started as soon as no other run of the job was left, such as a scheduled one."""
    while True:
        try:
            return plane.run(site, job, arguments)
        except JobBusyError:
            scm, present = plane.scm(site), plane.history(site, job)[0]
            with step(f"{job.name} is running ({present.id}); waiting for its end"):
                wait_for_run(scm, job.name, present.id)


def _report(job: Job, run: Run) -> None:
    took = f" after {spans.told(run.end - run.start)}" if run.start and run.end else ""
    if run.status != "Success":
        raise OperateError(f"job {job.name}: {run.status}{took} (run {run.id})")
    done(f"{job.name}: Success{took}")


def show_log(stack: str, name: str, *, run: str | None, follow: bool, as_json: bool = False) -> None:
    """Prints a log as it is, and goes on with `follow`."""
    plane = connect(manifest_to_look_with(stack))
    site, job = plane.find(name)
    scm = plane.scm(site)
    if job.type == "continuous":
        if run is not None:
            raise UsageError(f"job {job.name}: is continuous and has no runs; leave --run out")
        pieces = continuous_log(scm, job.log_url or "", follow=follow) if job.log_url else ()
        _print_log(pieces, {"job": job.name}, as_json=as_json)
        return
    wanted = run or (job.last_run.id if job.last_run else None)
    if wanted is None:
        raise OperateError(f"job {job.name}: has not run yet; `oneplan jobs run {job.name}` runs it")
    pieces = run_log(scm, job.name, wanted, follow=follow)
    _print_log(pieces, {"job": job.name, "run": wanted}, as_json=as_json)


def show_history(stack: str, name: str, *, as_json: bool) -> None:
    """Prints the runs of a job, newest first."""
    plane = connect(manifest_to_look_with(stack))
    site, job = plane.find(name)
    runs = plane.history(site, job)
    if as_json:
        documents = [run_document(each, plane.zone) | {"trigger": each.trigger} for each in runs]
        print(json.dumps(documents, indent=2))
        return
    if not runs:
        out().print(f"{job.name} has not run yet")
        return
    now = datetime.now(plane.zone)
    drawn = Grid("RUN", "STATUS", "START", ">DURATION", "TRIGGER")
    for each in runs:
        took = spans.told(each.end - each.start) if each.start and each.end else "-"
        drawn.add_row(each.id, state(each.status), moment(each.start, now), took, each.trigger)
    drawn.print()


def switch(stack: str, name: str, action: Literal["start", "stop"], *, as_json: bool = False) -> None:
    """Starts or stops a continuous job."""
    plane = connect(load_manifest(stack))
    site, job = plane.find(name)
    plane.switch(site, job, action)
    done(f"{job.name} is told to {action}")
    record({"job": job.name, "told": action}, as_json=as_json)


def set_enabled(stack: str, name: str, *, enabled: bool, every: bool, as_json: bool = False) -> None:
    """Lets a job run by itself, or keeps it from that; with `every` all jobs that were declared to, or that do."""
    if bool(name) == every:
        raise UsageError("jobs: which one? name a job, or give --all")
    plane = connect(load_manifest(stack))
    wanted = _all(plane, enabled=enabled) if every else [plane.find(name)]
    for site, job in wanted:
        said = plane.enable(site, job) if enabled else plane.disable(site, job)
        done(f"{job.name} {said}")
    if not wanted:
        done("there is nothing to change")
    record([{"job": job.name, "enabled": enabled} for _, job in wanted], as_json=as_json)


def _all(plane: Plane, *, enabled: bool) -> list[tuple[Site, Job]]:
    """The jobs that do not run by themselves and were declared to, or those that do."""
    status = plane.status()
    sites = {site.app: site for site in status.apps}
    if not enabled:
        acting = [job for job in status.jobs if job.schedule or (job.type == "continuous" and job.state != "Stopped")]
        return [(sites[job.app], job) for job in acting]
    off = {one.name for one in drift(plane.manifest, status) if one.kind == "stopped" and one.of == "job"}
    return [(sites[job.app], job) for job in status.jobs if job.name in off]


def _print_pieces(pieces: Iterable[bytes], where: TextIO | None = None) -> None:
    where = where or sys.stdout
    for piece in pieces:
        where.write(piece.decode("utf-8", "replace"))
        where.flush()


def _print_log(pieces: Iterable[bytes], of: Mapping[str, str], *, as_json: bool) -> None:
    """Prints a log as it is, or each line as a JSON object of its own, so that programs can read one that goes on."""
    if not as_json:
        _print_pieces(pieces)
        return
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece.decode("utf-8", "replace")).split("\n")
        for line in lines:
            print(json.dumps({**of, "line": line.rstrip("\r")}), flush=True)
    if rest:
        print(json.dumps({**of, "line": rest}), flush=True)
