"""All that the pages show, as values, asked of what runs with as few requests as possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from oneplan.dashboard.declared import Declared as Files
from oneplan.dashboard.load import Load, Meter
from oneplan.errors import OperateError
from oneplan.manifest import Job as Declared
from oneplan.operate import Job, Plane, Queue, Run, Site
from oneplan.operate.drift import Drift, drift
from oneplan.operate.health import Health, judge

_THREADS = 8
SHOWN_RUNS = 30
"""Runs in the strip of a job."""


def utc_now() -> datetime:
    """Returns the present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as the pages show it."""

    job: Job
    declared: Declared | None
    """None for a job that somebody else put there."""
    runs: tuple[Run, ...]
    """Newest first."""
    health: Health

    @property
    def name(self) -> str:
        """The job's name."""
        return self.job.name


@dataclass(frozen=True, slots=True)
class AppView:
    """An app as the pages show it."""

    site: Site
    jobs: int
    troubled: int
    """Jobs that somebody should look at."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything at one moment."""

    at: datetime
    apps: tuple[AppView, ...]
    jobs: tuple[JobView, ...]
    queues: tuple[Queue, ...]
    drift: tuple[Drift, ...]
    """What is otherwise than declared."""
    problems: tuple[str, ...]
    """What could not be asked."""
    load: tuple[Load, ...] | None = ()
    """What apps and jobs use of the machine; None where the platform does not tell."""

    @property
    def trouble(self) -> tuple[JobView, ...]:
        """The jobs somebody should look at."""
        return tuple(view for view in self.jobs if view.health.is_trouble)

    def job(self, name: str) -> JobView | None:
        """The job of that name."""
        return next((view for view in self.jobs if view.name == name), None)


class Collector:
    """Takes snapshots; remembers histories, and asks for one again only when its job has a new run or status."""

    def __init__(self, plane: Plane, now: Callable[[], datetime] = utc_now) -> None:
        self._plane = plane
        self._now = now
        self._files = Files(plane.manifest)
        self._meter = Meter(plane)
        self._histories: dict[str, tuple[tuple[str, str], tuple[Run, ...]]] = {}

    def take(self) -> Snapshot:
        """Returns what runs now; raises OperateError when nothing can be asked at all. Blocks."""
        self._plane.manifest = self._files.current()
        status = self._plane.status()
        problems = [*status.problems, *filter(None, [self._files.problem])]
        sites = {site.app: site for site in status.apps}
        with ThreadPoolExecutor(_THREADS) as threads:
            asked = [(job, threads.submit(self._history, sites[job.app], job)) for job in status.jobs]
            jobs = tuple(self._view(job, _result(future.result, problems)) for job, future in asked)
        apps = tuple(_app(site, jobs) for site in status.apps)
        otherwise = drift(self._plane.manifest, status)
        load = self._meter.read(status.apps)
        return Snapshot(self._now(), apps, jobs, status.queues, otherwise, tuple(sorted(problems)), load)

    def _view(self, job: Job, runs: Sequence[Run]) -> JobView:
        declared = self._plane.manifest.jobs.get(job.name)
        return JobView(job, declared, tuple(runs), judge(job, declared, runs, self._now(), self._plane.zone))

    def _history(self, site: Site, job: Job) -> tuple[Run, ...]:
        if job.type != "triggered" or job.last_run is None:
            return ()
        key = (job.last_run.id, job.last_run.status)
        known = self._histories.get(job.name)
        if known is None or known[0] != key:
            known = self._histories[job.name] = (key, self._plane.history(site, job))
        return known[1]


def _app(site: Site, jobs: Sequence[JobView]) -> AppView:
    own = [view for view in jobs if view.job.app == site.app]
    return AppView(site, len(own), sum(view.health.is_trouble for view in own))


def _result(ask: Callable[[], tuple[Run, ...]], problems: list[str]) -> tuple[Run, ...]:
    try:
        return ask()
    except OperateError as error:
        problems.append(str(error))
        return ()
