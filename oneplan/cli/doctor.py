"""`oneplan doctor`: what is wrong with this machine or this stack, and what helps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from oneplan.cli import checkup
from oneplan.cli.checkup import Finding, Outcome
from oneplan.cli.exits import CommandFailedError
from oneplan.cli.project import find_root, load_manifest
from oneplan.cli.screen import out
from oneplan.errors import ManifestError, OperateError
from oneplan.manifest import Manifest
from oneplan.operate import Plane, Status, connect
from oneplan.operate.drift import drift
from oneplan.operate.health import judge
from oneplan.operate.packages import wanted

_SIGNS: dict[Outcome, str] = {"good": "[green]✓[/]", "note": "[yellow]![/]", "bad": "[red]✕[/]"}


def doctor(stack: str, *, as_json: bool) -> None:
    """Prints what was found; raises CommandFailedError when something is bad."""
    findings = tuple(examine(stack))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _show(findings)
    if any(finding.outcome == "bad" for finding in findings):
        raise CommandFailedError


def examine(stack: str) -> Iterator[Finding]:
    """Yields what is found, from the ground up: machine, files, local Azure, what runs."""
    root = find_root()
    yield from checkup.machine(root, free=lambda path: shutil.disk_usage(path).free)
    try:
        manifest = load_manifest(stack)
    except ManifestError as error:
        count = sum(problem.severity == "error" for problem in error.problems)
        yield Finding("bad", f"the manifest has {count} problem{'' if count == 1 else 's'}", "run `oneplan validate`")
        return
    yield Finding("good", f"the manifest of {manifest.stack} has no problem")
    if manifest.target == "local":
        yield from checkup.local(root, manifest, checkup.node_version)
    try:
        plane = connect(manifest)
        status = plane.status()
    except OperateError as error:
        yield Finding.of(error)
        return
    try:
        yield from checkup.clock(plane.clock_difference())
        yield from running(plane, manifest, status, datetime.now(UTC))
    finally:
        plane.close()


def running(plane: Plane, manifest: Manifest, status: Status, now: datetime) -> Iterator[Finding]:
    """Yields what is wrong with a stack that runs."""
    if not status.apps and not status.problems:
        yield Finding("note", f"nothing is deployed of {manifest.stack}", "run `oneplan up`")
        return
    yield from (Finding("bad", problem, "read its log: `oneplan apps logs APP`") for problem in status.problems)
    differences = drift(manifest, status, wanted(manifest))
    for one in differences:
        what, _, fix = str(one).rpartition("; ")
        yield Finding("bad", what or str(one), fix if what else "")
    if not differences:
        yield Finding("good", "what runs is what was declared")
    yield from _jobs(plane, status, now)
    for queue in status.queues:
        is_poison = queue.name in {declared.poison for declared in manifest.queues.values()}
        if is_poison and queue.messages:
            fix = f"`oneplan queues peek {queue.name}` shows them, `oneplan queues requeue {queue.name}` tries again"
            yield Finding("bad", f"queue {queue.name}: holds {queue.messages} that no job could handle", fix)


def _jobs(plane: Plane, status: Status, now: datetime) -> Iterator[Finding]:
    troubled = 0
    for job in status.jobs:
        runs = (job.last_run,) if job.last_run else ()
        health = judge(job, plane.manifest.jobs.get(job.name), runs, now, plane.zone)
        if health.is_trouble:
            troubled += 1
            yield Finding("bad", f"job {job.name}: {health.reason}", f"read its log: `oneplan jobs logs {job.name}`")
    if status.jobs and not troubled:
        yield Finding("good", f"{len(status.jobs)} jobs do what they should")


def _show(findings: Sequence[Finding]) -> None:
    from rich.markup import escape

    for finding in findings:
        out().print(f"{_SIGNS[finding.outcome]} {escape(finding.what)}")
        if finding.fix:
            out().print(f"  [dim]{escape(finding.fix)}[/]")
