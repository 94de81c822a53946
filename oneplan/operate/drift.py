"""Whether what runs is what was declared: manifest and files compared with what Azure and the sites report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from oneplan.manifest import Job as Declared
from oneplan.manifest import Manifest
from oneplan.operate.occurrences import schedule_words, zone_of
from oneplan.operate.values import Job, Status

Kind = Literal["missing", "extra", "moved", "type", "schedule", "stopped", "started", "package"]
_OFF = frozenset({"Stopped", "Disabled"})


@dataclass(frozen=True, order=True, slots=True)
class Drift:
    """One difference."""

    of: Literal["app", "job"]
    name: str
    kind: Kind
    message: str
    """What is there, what was declared and what to do, such as `runs 0 0 * * * *, …; run oneplan up`."""

    def __str__(self) -> str:
        return f"{self.of} {self.name}: {self.message}"


def drift(manifest: Manifest, status: Status, packages: Mapping[str, str] | None = None) -> tuple[Drift, ...]:
    """Returns what is otherwise than declared, sorted; nothing of a stack that is not deployed at all.

    Args:
        manifest: What was declared.
        status: What runs.
        packages: The deploy keys by app that the files would have now (`packages.wanted`); those that are not there
            are not compared.
    """
    if not status.apps:
        return ()
    return tuple(
        sorted({*_apps(manifest, status), *_jobs(manifest, status), *_packages(manifest, status, packages or {})})
    )


def _packages(manifest: Manifest, status: Status, packages: Mapping[str, str]) -> Iterator[Drift]:
    for app, deployed in status.packages.items():
        if packages.get(app, deployed) != deployed:
            again = "run `oneplan up`, or `oneplan preview` to see what changes"
            yield Drift("app", app, "package", f"runs another package than its files and jobs make now; {again}")
        elif (at := status.by_hand.get(app)) is not None:
            since = f"{at.astimezone(zone_of(manifest.time_zone)):%Y-%m-%d %H:%M}"
            replace = f"`oneplan up --replace '**::{app}-deployment'` deploys ours again"
            yield Drift(
                "app", app, "package", f"was deployed by hand on {since}, over what `oneplan up` did; {replace}"
            )


def _apps(manifest: Manifest, status: Status) -> Iterator[Drift]:
    there = {site.app for site in status.apps}
    for name in manifest.apps.keys() - there:
        yield Drift("app", name, "missing", "is declared and not there; run `oneplan up`")
    for site in status.apps:
        if site.app not in manifest.apps:
            yield Drift("app", site.app, "extra", "is there and not declared; run `oneplan up` to remove it")
        elif site.state == "Stopped":
            yield Drift("app", site.app, "stopped", "is stopped, and its jobs with it; start it in the portal")


def _jobs(manifest: Manifest, status: Status) -> Iterator[Drift]:
    there = {job.name for job in status.jobs}
    told = {site.app for site in status.apps} - set(status.untold)
    for declared in manifest.jobs.values():
        if declared.name not in there and declared.app in told:
            yield Drift("job", declared.name, "missing", "is declared and not there; run `oneplan up`")
    for job in status.jobs:
        wanted = manifest.jobs.get(job.name)
        if wanted is None:
            yield Drift(
                "job", job.name, "extra", f"is there, on {job.app}, and not declared; somebody else put it there"
            )
        else:
            yield from _of_job(job, _as_deployed(manifest, wanted))


def _of_job(job: Job, wanted: Declared) -> Iterator[Drift]:
    again = "run `oneplan up`"
    if job.app != wanted.app:
        yield Drift("job", job.name, "moved", f"runs on {job.app} and belongs on {wanted.app}; {again}")
    if job.type != wanted.type:
        yield Drift("job", job.name, "type", f"is {job.type} and was declared {wanted.type}; {again}")
    elif job.type == "continuous":
        yield from _switch(job, wanted)
    else:
        yield from _schedule(job, wanted)


def _switch(job: Job, wanted: Declared) -> Iterator[Drift]:
    if wanted.enabled and job.state in _OFF:
        start = f"`oneplan jobs start {job.name}` starts it"
        yield Drift("job", job.name, "stopped", f"is stopped and was declared to run; {start}")
    elif not wanted.enabled and job.state not in _OFF:
        stop = f"`oneplan jobs stop {job.name}` stops it"
        yield Drift("job", job.name, "started", f"runs and was declared `enabled: false`; {stop}")


def _as_deployed(manifest: Manifest, wanted: Declared) -> Declared:
    """A guarded job is deployed with the schedule of every hour that may be its own."""
    if not wanted.trigger.zone_guard:
        return wanted
    from oneplan.packaging.guard import schedule_of

    return replace(wanted, trigger=replace(wanted.trigger, schedule=schedule_of(manifest, wanted)))


def _schedule(job: Job, wanted: Declared) -> Iterator[Drift]:
    due = wanted.trigger.schedule if wanted.enabled else None
    if job.schedule == due:
        return
    if job.schedule is None:
        enable = f"`oneplan jobs enable {job.name}` gives it back"
        yield Drift("job", job.name, "stopped", f"has no schedule and was declared to run {_words(due)}; {enable}")
    elif not wanted.enabled:
        disable = f"`oneplan jobs disable {job.name}` takes it away"
        yield Drift("job", job.name, "started", f"runs {_words(job.schedule)} though `enabled: false`; {disable}")
    else:
        now = f"runs {_words(job.schedule)} and was declared to run {_words(due) if due else 'by hand only'}"
        yield Drift("job", job.name, "schedule", f"{now}; run `oneplan up`")


def _words(schedule: str | None) -> str:
    return f"{schedule_words(schedule)} ({schedule})"
