"""Runs of a triggered job: one at a time (Kudu.Core/Jobs/TriggeredJobRunner.cs)."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from emulator.webjobs.errors import JobConflict, JobStartError
from emulator.webjobs.history import LOCK_FILE, Run, RunHistory, RunStatus
from emulator.webjobs.hooks import RUN_FINISHED
from emulator.webjobs.idle import IdleWatch, idle_text
from emulator.webjobs.job import Job, JobType
from emulator.webjobs.launch import JobLaunch
from emulator.webjobs.locks import FileLock
from emulator.webjobs.logs import JobLog, Level
from emulator.webjobs.process import Process
from emulator.webjobs.settings import JobSettings
from emulator.webjobs.site import Site
from emulator.webjobs.tasks import start_task
from emulator.webjobs.views import run_json

module_log = logging.getLogger(__name__)

BUSY_TEXT = "Cannot start a new run since job is already running."
STOPPED_TEXT = 'WebJobs are currently in "stopped" state.'
DEFAULT_GRACE_SECONDS = 30
DEFAULT_IDLE_SECONDS = 120


class TriggeredRunner:
    """Starts the runs of one triggered job and sees each to its end."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self.name = name
        self._launch = JobLaunch(site, JobType.TRIGGERED, name)
        self._lock = FileLock(self._launch.data / LOCK_FILE, instance_id=site.instance_id, clock=site.clock)
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._grace = timedelta(seconds=DEFAULT_GRACE_SECONDS)
        self.history = RunHistory(self._launch.data)

    @property
    def is_locked(self) -> bool:
        """Whether a run is in progress, on whatever instance."""
        return self._lock.is_held

    @property
    def task(self) -> "asyncio.Task[None] | None":
        """The run in progress on this instance."""
        return self._task if self._task is not None and not self._task.done() else None

    @property
    def grace(self) -> timedelta:
        """How long the present run may go on when the site goes down."""
        return self._grace

    def begin(self, job: Job, arguments: str, trigger: str) -> str:
        """Start a run in the background; returns its id.

        Raises:
            JobConflict: jobs are stopped, or a run is in progress.
            OSError: the run's folder cannot be written.
        """
        if self._site.settings.is_true("WEBJOBS_STOPPED"):
            raise JobConflict(STOPPED_TEXT)
        if not self._lock.acquire(f"Triggered job {job.name}"):
            raise JobConflict(BUSY_TEXT)
        try:
            self.history.trim(self._site.settings.history_size - 1)
            run = self.history.create(trigger, self._site.clock.now())
        except OSError:
            self._lock.release()
            raise
        settings = JobSettings.read(job.settings_file)
        self._grace = settings.stopping_wait(default=DEFAULT_GRACE_SECONDS)
        self._site.on_change()
        self._task = start_task(self._see_through(job, settings, run, arguments), f"run {run.id}")
        return run.id

    async def abort(self) -> None:
        """Kill the run in progress without a word: its status stays Running and so reads Aborted."""
        task = self.task
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _see_through(self, job: Job, settings: JobSettings, run: Run, arguments: str) -> None:
        log = JobLog(run.output, instance=self._site.instance, clock=self._site.clock)
        log.status(RunStatus.INITIALIZING)
        try:
            status = await self._run(job, settings, run, arguments, log)
            ended = replace(run, status=status, end=self._site.clock.now())
            self.history.write(ended)
        except OSError as error:
            log.system(f"WebJob run failed due to: {error}", Level.ERR)
            return
        finally:
            self._lock.release()
            self._site.on_change()
        start_task(self._announce(ended), f"web hooks of run {run.id}")

    async def _announce(self, run: Run) -> None:
        """Tell whoever subscribed to the end of runs."""
        body = run_json(run, self._site.base_url, self._site.clock.now())
        try:
            await self._site.hooks.publish(RUN_FINISHED, body)
        except OSError as error:
            module_log.warning("web hooks of run %s: not noted: %s", run.id, error)

    async def _run(self, job: Job, settings: JobSettings, run: Run, arguments: str, log: JobLog) -> RunStatus:
        """Run to the end and say in the log how it was."""
        idle = IdleWatch(
            self._site.clock,
            timeout=self._site.settings.seconds("WEBJOBS_IDLE_TIMEOUT", DEFAULT_IDLE_SECONDS),
            poll=self._site.options.idle_poll,
        )

        def on_output(lines: Sequence[str], /, *, is_error: bool) -> None:
            idle.touch()
            log.output(lines, is_error=is_error)
            if self._site.settings.is_true("WEBJOBS_LOG_TRIGGERED_JOBS_TO_APP_LOGS"):
                self._site.app_log.write(lines, is_error=is_error)

        def on_starting() -> None:
            self.history.write(replace(run, status=RunStatus.RUNNING))
            self._site.on_change()
            log.status(RunStatus.RUNNING)

        try:
            root = await self._launch.prepare(job, settings, log)
            process = await self._launch.start(
                job,
                root,
                log=log,
                own={"WEBJOBS_RUN_ID": run.id, "WEBJOBS_COMMAND_ARGUMENTS": arguments},
                on_output=on_output,
                on_starting=on_starting,
                arguments=arguments,
            )
        except JobStartError as error:
            log.status(RunStatus.FAILED)
            log.system(f"WebJob run failed due to: {error}", Level.ERR)
            return RunStatus.FAILED
        return await self._wait(process, idle, job, arguments, log)

    async def _wait(self, process: Process, idle: IdleWatch, job: Job, arguments: str, log: JobLog) -> RunStatus:
        ended = asyncio.ensure_future(process.wait())
        silent = asyncio.ensure_future(idle.until_idle(process.cpu_ticks))
        try:
            await asyncio.wait({ended, silent}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return self._report_end(ended.result(), log)
            return await self._end_idle(process, silent.result(), job, arguments, log)
        except asyncio.CancelledError:
            await process.kill()
            raise
        finally:
            silent.cancel()
            ended.cancel()

    @staticmethod
    def _report_end(code: int, log: JobLog) -> RunStatus:
        if code == 0:
            log.status(RunStatus.SUCCESS)
            return RunStatus.SUCCESS
        log.status(RunStatus.FAILED)
        log.system(f"Job failed due to exit code {code}", Level.ERR)
        return RunStatus.FAILED

    async def _end_idle(self, process: Process, idle: timedelta, job: Job, arguments: str, log: JobLog) -> RunStatus:
        await process.kill()
        command = self._launch.command(job, arguments)
        text = idle_text(Path(command.program).name, command.text, idle)
        log.console([text, f"{command.program} {command.text}"], Level.ERR)
        log.status(RunStatus.FAILED)
        log.system(
            "System.AggregateException: One or more errors occurred. ---> "
            f"Kudu.Core.Infrastructure.CommandLineException: {text}",
            Level.ERR,
        )
        return RunStatus.FAILED
