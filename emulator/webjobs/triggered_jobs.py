"""All triggered jobs of a site (Kudu.Core/Jobs/TriggeredJobsManager.cs): runners, schedules, histories."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from emulator.files import is_plain_name
from emulator.webjobs.clock import ended_within
from emulator.webjobs.discovery import Discovery
from emulator.webjobs.errors import JobConflict, JobNotFound
from emulator.webjobs.history import SCHEDULER_LOG, Run
from emulator.webjobs.job import Job, JobType
from emulator.webjobs.scheduler import JobSchedule
from emulator.webjobs.settings import JobSettings
from emulator.webjobs.site import Site
from emulator.webjobs.triggered import STOPPED_TEXT, TriggeredRunner
from emulator.webjobs.views import TriggeredView

SDK_MARKER = "webjobssdk.marker"


class TriggeredJobs:
    """Runs triggered jobs, by hand and on schedule."""

    def __init__(self, site: Site, discovery: Discovery) -> None:
        self._site = site
        self._discovery = discovery
        self._runners: dict[str, TriggeredRunner] = {}
        self._schedules: dict[str, JobSchedule] = {}
        self._is_closing = False

    def changed(self, name: str) -> None:
        """Take note that a job's files changed: read its schedule again. A run in progress is left alone."""
        job = self._discovery.find(JobType.TRIGGERED, name)
        schedule = self._schedules.get(name.lower())
        if job is None:
            self.forget(name)
            return
        if schedule is not None and schedule.name != job.name:  # spelled otherwise since
            self.forget(name)
            schedule = None
        if schedule is None:
            schedule = self._schedules[name.lower()] = JobSchedule(
                self._site,
                job.name,
                last_run=partial(self._last_run, job.name),
                invoke=partial(self.run, job.name, ""),
            )
        settings = JobSettings.read(job.settings_file)
        settings.report(job.settings_file)
        schedule.update(settings.schedule)

    def forget(self, name: str) -> None:
        """Drop the schedule of a job that is gone."""
        schedule = self._schedules.pop(name.lower(), None)
        if schedule is not None:
            schedule.update(None)

    def run(self, name: str, arguments: str, trigger: str) -> str:
        """Start a run in the background; returns its id.

        Raises:
            JobNotFound: there is no such job.
            JobConflict: jobs are stopped, or the job is running.
            OSError: the run's folder cannot be written.
        """
        job = self._find(name)
        if self._is_closing:
            raise JobConflict(STOPPED_TEXT)
        return self._runner(job.name).begin(job, arguments, trigger)

    def views(self) -> Iterator[TriggeredView]:
        """All jobs, each looked at when it is asked for."""
        return map(self._view, self._discovery.jobs(JobType.TRIGGERED))

    def view(self, name: str) -> TriggeredView:
        """One job.

        Raises:
            JobNotFound: there is no such job.
        """
        return self._view(self._find(name))

    def history(self, name: str) -> list[Run]:
        """The runs of a job, the newest first.

        Raises:
            JobNotFound: the job has no data: it never ran and has no schedule.
        """
        runner = self._reader(name)
        if runner is None or not runner.history.exists:
            raise JobNotFound(f"triggered job '{name}': has no history; expected a job that ran")
        return runner.history.runs(is_locked=runner.is_locked)

    def run_info(self, name: str, run_id: str) -> Run:
        """One run of a job.

        Raises:
            JobNotFound: there is no such run.
        """
        runner = self._reader(name)
        run = runner.history.find(run_id, is_locked=runner.is_locked) if runner else None
        if run is None:
            raise JobNotFound(f"triggered job '{name}': has no run '{run_id}'; expected one of its history")
        return run

    async def stop(self, limit: timedelta) -> None:
        """Refuse new runs, wait for all present ones together, then kill what is left.

        The wait is the longest that any of the running jobs asks for, and never longer than the limit.
        """
        self._is_closing = True
        for schedule in self._schedules.values():
            schedule.cancel()
        running = {task: runner for runner in self._runners.values() if (task := runner.task) is not None}
        if not running:
            return
        grace = min(limit, max(runner.grace for runner in running.values()))
        everything = asyncio.ensure_future(_all(*running))
        if not await ended_within(self._site.clock, grace, everything):
            everything.cancel()
            await asyncio.gather(*(runner.abort() for runner in running.values()))

    def _find(self, name: str) -> Job:
        job = self._discovery.find(JobType.TRIGGERED, name)
        if job is None:
            raise JobNotFound(f"triggered job '{name}': does not exist; expected a folder with a script")
        return job

    def _reader(self, name: str) -> TriggeredRunner | None:
        """Where the runs of a job are read, whose folder may be gone; none: nothing can be called so."""
        if not is_plain_name(name):
            return None
        job = self._discovery.find(JobType.TRIGGERED, name)
        return self._runner(job.name) if job else TriggeredRunner(self._site, name)

    def _runner(self, name: str) -> TriggeredRunner:
        """The runner of a job, by its name as it is spelled on disk now."""
        runner = self._runners.get(name.lower())
        if runner is None or (runner.name != name and runner.task is None):
            runner = self._runners[name.lower()] = TriggeredRunner(self._site, name)
        return runner

    def _last_run(self, name: str) -> datetime | None:
        runner = self._runner(name)
        run = runner.history.newest(is_locked=True)
        return run.start if run else None

    def _view(self, job: Job) -> TriggeredView:
        runner, schedule = self._runner(job.name), self._schedules.get(job.name.lower())
        data = self._site.layout.data(job.type, job.name)
        return TriggeredView(
            name=job.name,
            run_command=self._site.shown(job.run_command),
            settings=JobSettings.read(job.settings_file).values,
            using_sdk=(data / SDK_MARKER).exists(),
            latest_run=runner.history.newest(is_locked=runner.is_locked),
            has_scheduler_log=(data / SCHEDULER_LOG).exists(),
            next_run=schedule.next_run if schedule else None,
        )


async def _all(*tasks: "asyncio.Task[None]") -> None:
    await asyncio.wait(tasks)
