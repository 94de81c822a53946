"""All that the pages show, as values, asked of what runs with as few requests as possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oneplan.dashboard.declared import Declared as Files
from oneplan.dashboard.load import Load, Meter
from oneplan.errors import OperateError
from oneplan.manifest import Job as Declared
from oneplan.manifest import Queue as DeclaredQueue
from oneplan.operate import Job, Plane, Queue, Run, Site, Status
from oneplan.operate.drift import Drift, drift
from oneplan.operate.health import Health, holds_until, judge
from oneplan.operate.http import UnreachableError
from oneplan.operate.packages import Wanted

_THREADS = 8
SHOWN_RUNS = 30
"""Runs in the strip of a job."""
FIRST_HISTORIES = 64
"""Asked for by the first look, so that it does not take long; those of a thousand jobs take seconds."""
MORE_HISTORIES = 256
"""Asked for by each look that follows."""

Clock = Callable[[], datetime]
"""Tells the present moment, with its zone."""


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
    is_whole: bool = True
    """Whether the runs of every job were asked for; else some jobs have their last run alone."""

    @property
    def trouble(self) -> tuple[JobView, ...]:
        """The jobs somebody should look at."""
        return tuple(view for view in self.jobs if view.health.is_trouble)

    @property
    def queues_by_name(self) -> Mapping[str, Queue]:
        """The queues by name."""
        return {queue.name: queue for queue in self.queues}

    def poisoned(self, declared: Iterable[DeclaredQueue]) -> list[Queue]:
        """The poison queues, of those that were declared, that hold messages."""
        poison = {queue.poison for queue in declared}
        return [queue for queue in self.queues if queue.name in poison and queue.messages]

    def job(self, name: str) -> JobView | None:
        """The job of that name."""
        return next((view for view in self.jobs if view.name == name), None)


def is_whole(snapshot: Snapshot) -> bool:
    """Whether the runs of every job are there, which a page about runs waits for."""
    return snapshot.is_whole


class Collector:
    """Takes snapshots; remembers histories, and asks for one again only when its job has a new run or status."""

    def __init__(self, plane: Plane, now: Callable[[], datetime] = utc_now) -> None:
        self._plane = plane
        self._now = now
        self._files = Files(plane.manifest)
        self._meter = Meter(plane)
        self._wanted = Wanted()
        self._histories: dict[str, tuple[tuple[str, str], tuple[Run, ...]]] = {}
        self._refused: dict[str, tuple[str, str]] = {}
        """The newest run, and its status, of the jobs whose histories could not be had."""
        self._views: dict[str, tuple[JobView, datetime]] = {}
        self._compared: tuple[tuple[Any, ...], tuple[Drift, ...]] | None = None

    def take(self) -> Snapshot:
        """Returns what runs now; raises OperateError when nothing can be asked at all. Blocks."""
        self._plane.manifest = self._files.current()
        status = self._status()
        problems = [*status.problems, *filter(None, [self._files.problem])]
        is_whole = self._ask_histories(status, problems)
        jobs = tuple(self._view(job) for job in status.jobs)
        load = self._meter.read(status.apps)
        return Snapshot(
            self._now(),
            _apps(status.apps, jobs),
            jobs,
            status.queues,
            self._otherwise(status),
            tuple(sorted(problems)),
            load,
            is_whole,
        )

    def _status(self) -> Status:
        try:
            return self._plane.status()
        except UnreachableError as error:
            if self._plane.manifest.target != "local":
                raise
            raise OperateError("local Azure: does not answer; `oneplan local start` starts it again") from error

    def _ask_histories(self, status: Status, problems: list[str]) -> bool:
        """Asks for the runs of the jobs whose newest run is another one, or does otherwise, than when last asked.

        Those of so many jobs at a time, and last of all again where it failed. Returns whether all were asked for.
        """
        unknown = [job for job in status.jobs if self._known_runs(job) is None]
        if not unknown:
            return True
        new = [job for job in unknown if self._refused.get(job.name) != _newest(job)]
        most = MORE_HISTORIES if self._histories or self._refused else FIRST_HISTORIES
        names = {job.name for job in new}
        wanted = [*new, *(job for job in unknown if job.name not in names)][:most]
        sites = {site.app: site for site in status.apps}
        with ThreadPoolExecutor(_THREADS) as threads:
            asked = [(job, threads.submit(self._plane.history, sites[job.app], job)) for job in wanted]
        for job, future in asked:
            runs = _result(future.result, problems)
            if runs is None:
                self._refused[job.name] = _newest(job)
            else:
                self._histories[job.name] = (_newest(job), runs)
        return len(new) <= most

    def _known_runs(self, job: Job) -> tuple[Run, ...] | None:
        """The job's runs; None when they have to be asked for."""
        if job.type != "triggered" or job.last_run is None:
            return ()
        known = self._histories.get(job.name)
        return known[1] if known and known[0] == _newest(job) else None

    def _runs(self, job: Job) -> tuple[Run, ...]:
        """The job's runs; the last one and those known before while the others were not asked for."""
        known = self._known_runs(job)
        if known is not None:
            return known
        older = self._histories[job.name][1] if job.name in self._histories else ()
        newest = job.last_run
        return (newest, *(run for run in older if run.id != newest.id)) if newest else ()

    def _view(self, job: Job) -> JobView:
        """The view of a job; the one before while nothing of it is new and no moment has passed that counts."""
        runs, now, zone = self._runs(job), self._now(), self._plane.zone
        declared = self._plane.manifest.jobs.get(job.name)
        known = self._views.get(job.name)
        if known and now < known[1]:
            view = known[0]
            if (
                view.declared is declared
                and (view.runs is runs or view.runs == runs)
                and (view.job is job or view.job == job)
            ):
                return view
        view = JobView(job, declared, runs, judge(job, declared, runs, now, zone))
        self._views[job.name] = (view, holds_until(job, declared, runs, now, zone))
        return view

    def _otherwise(self, status: Status) -> tuple[Drift, ...]:
        """What is not as declared, compared again only when one of the two is new."""
        manifest = self._plane.manifest
        wanted = self._wanted.read(manifest)
        seen = (manifest, status.apps, status.jobs, status.untold, status.packages, status.by_hand, wanted)
        if self._compared is None or self._compared[0] != seen:
            self._compared = (seen, drift(manifest, status, wanted))
        return self._compared[1]


def _newest(job: Job) -> tuple[str, str]:
    """Which run is the newest, and how it does; a history is as good as the one that was asked for then."""
    return (job.last_run.id, job.last_run.status) if job.last_run else ("", "")


def _apps(sites: Sequence[Site], jobs: Sequence[JobView]) -> tuple[AppView, ...]:
    count, troubled = Counter(view.job.app for view in jobs), Counter(v.job.app for v in jobs if v.health.is_trouble)
    return tuple(AppView(site, count[site.app], troubled[site.app]) for site in sites)


def _result(ask: Callable[[], tuple[Run, ...]], problems: list[str]) -> tuple[Run, ...] | None:
    try:
        return ask()
    except OperateError as error:
        problems.append(str(error))
        return None
