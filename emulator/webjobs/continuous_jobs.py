"""All continuous jobs of a site (Kudu.Core/Jobs/ContinuousJobsManager.cs)."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from emulator.webjobs import status
from emulator.webjobs.continuous import ContinuousRunner
from emulator.webjobs.discovery import Discovery
from emulator.webjobs.errors import JobNotFound
from emulator.webjobs.job import Job, JobType
from emulator.webjobs.settings import JobSettings
from emulator.webjobs.site import Site
from emulator.webjobs.triggered_jobs import SDK_MARKER
from emulator.webjobs.views import ContinuousView


class ContinuousJobs:
    """Keeps the continuous jobs running."""

    def __init__(self, site: Site, discovery: Discovery) -> None:
        self._site = site
        self._discovery = discovery
        self._runners: dict[str, ContinuousRunner] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._is_closing = False

    async def changed(self, name: str, *, is_update: bool) -> None:
        """Take note that a job's files changed: start it, restart it, or stop it when it is gone.

        Args:
            is_update: false for the first pass after the engine started, which is no news to the job's log.
        """
        async with self._turns[name.lower()]:
            job = self._discovery.find(JobType.CONTINUOUS, name)
            if job is None:
                await self._drop(name)
            elif not self._is_closing:
                key = job.name.lower()
                if key in self._runners and self._runners[key].name != job.name:  # spelled otherwise since
                    await self._drop(name)
                runner = self._runners.get(key) or ContinuousRunner(self._site, job.name)
                self._runners[key] = runner
                settings = JobSettings.read(job.settings_file)
                settings.report(job.settings_file)
                await runner.refresh(job, settings, is_update=is_update)

    async def forget(self, name: str) -> None:
        """Stop a job that is gone."""
        async with self._turns[name.lower()]:
            await self._drop(name)

    def disable(self, name: str) -> None:
        """Have a job stopped: the change of its files does it, a few seconds later.

        Raises:
            JobNotFound: there is no such job, or its runner was not created yet.
            OSError: its folder cannot be written.
        """
        runner, job = self._runner(name)
        runner.disable(job)

    def enable(self, name: str) -> None:
        """Have a stopped job started; see disable.

        Raises:
            JobNotFound: there is no such job, or its runner was not created yet.
            OSError: its folder cannot be written.
        """
        runner, job = self._runner(name)
        runner.enable(job)

    def port(self, name: str) -> int | None:
        """The loopback port the job's process was given, while it runs."""
        runner = self._runners.get(name.lower())
        return runner.port if runner else None

    def views(self) -> Iterator[ContinuousView]:
        """All jobs, each looked at when it is asked for."""
        return map(self._view, self._discovery.jobs(JobType.CONTINUOUS))

    def view(self, name: str) -> ContinuousView:
        """One job.

        Raises:
            JobNotFound: there is no such job.
        """
        job = self._discovery.find(JobType.CONTINUOUS, name)
        if job is None:
            raise JobNotFound(f"continuous job '{name}': does not exist; expected a folder with a script")
        return self._view(job)

    async def stop(self, limit: timedelta) -> None:
        """Stop all jobs, one after another, as the site goes down; their waits add up, up to the limit."""
        clock = self._site.clock
        deadline = clock.monotonic() + limit.total_seconds()
        self._is_closing = True
        for runner in list(self._runners.values()):
            left = timedelta(seconds=max(0.0, deadline - clock.monotonic()))
            await runner.stop(is_shutdown=True, limit=left)
        self._runners.clear()

    async def _drop(self, name: str) -> None:
        runner = self._runners.pop(name.lower(), None)
        if runner is not None:
            await runner.stop()

    def _runner(self, name: str) -> tuple[ContinuousRunner, Job]:
        job = self._discovery.findable_for_writing(JobType.CONTINUOUS, name)
        runner = self._runners.get(name.lower())
        if job is None or runner is None:
            raise JobNotFound(f"continuous job '{name}': is not there yet; expected one that was seen running")
        return runner, job

    def _view(self, job: Job) -> ContinuousView:
        data = self._site.layout.data(job.type, job.name)
        runner = self._runners.get(job.name.lower())
        summary, detailed = status.summary(data, instance=self._site.instance)
        return ContinuousView(
            name=job.name,
            run_command=self._site.shown(job.run_command),
            settings=JobSettings.read(job.settings_file).values,
            using_sdk=(data / SDK_MARKER).exists(),
            status=summary,
            detailed_status=detailed,
            error=runner.trouble if runner else None,
        )
