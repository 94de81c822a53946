"""The life of a continuous job on one instance (Kudu.Core/Jobs/ContinuousJobRunner.cs)."""

import asyncio
import contextlib
import logging
import secrets
import shutil
import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from emulator.files import write_atomically
from emulator.webjobs.clock import ended_within, pause
from emulator.webjobs.errors import JobStartError, WorkingCopyError
from emulator.webjobs.job import Job, JobType
from emulator.webjobs.launch import JobLaunch
from emulator.webjobs.locks import FileLock
from emulator.webjobs.logs import ContinuousLog, Level
from emulator.webjobs.process import Process
from emulator.webjobs.settings import JobSettings
from emulator.webjobs.site import Site
from emulator.webjobs.status import ContinuousStatus, StatusFile
from emulator.webjobs.tasks import start_task

log = logging.getLogger(__name__)

WARM_UP = timedelta(minutes=2)
"""A process that lived at least so long is restarted without a wait."""

DEFAULT_GRACE_SECONDS = 5
ALIVE_FIRST = timedelta(hours=1)
ALIVE_AGAIN = timedelta(hours=12)
ALWAYS_ON_TEXT = (
    "'Always On' doesn't appear to be enabled for this Web App. To ensure your continuous job doesn't "
    "stop running when the SCM host is idle for too long, consider enabling 'Always On' in the "
    "configuration settings for your Web App. Note: 'Always On' is available only in Basic, Standard and "
    "Premium modes."
)


class ContinuousRunner:
    """Keeps one continuous job running: starts it, restarts it, stops it."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self.name = name
        self._launch = JobLaunch(site, JobType.CONTINUOUS, name)
        data = self._launch.data
        self._log = ContinuousLog(data, instance=site.instance, clock=site.clock, on_roll=self._forget_always_on)
        self._status = StatusFile(data, instance=site.instance, log=self._log, on_report=site.on_change)
        self._lock = FileLock(data / "singleton.job.lock", instance_id=site.instance_id, clock=site.clock)
        self._settings = JobSettings()
        self._was_singleton: bool | None = None
        self._warned_always_on = False
        self._changing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._aborted = False
        self._is_leaving = False
        self._process: Process | None = None
        self._shutdown_file: Path | None = None
        self.port: int | None = None
        """Loopback port given to the present process for passthrough requests."""
        self.trouble: str | None = None
        """Why the job's process could not be started the last time it was tried."""

    async def refresh(self, job: Job, settings: JobSettings, *, is_update: bool) -> None:
        """Stop what runs, take the new settings and start again, unless the job is disabled."""
        async with self._changing:
            if is_update:
                self._log.system("Detected WebJob file/s were updated, refreshing WebJob")
            await self._end(is_shutdown=False)
            self._settings = settings
            if not self._is_leaving:
                self._start(job)

    async def stop(self, *, is_shutdown: bool = False, limit: timedelta | None = None) -> None:
        """Stop the job for good: notify it, wait, kill.

        Args:
            is_shutdown: the whole site goes down.
            limit: the longest wait, whatever the job asks for.
        """
        self._is_leaving = True
        ending = start_task(self._leave(is_shutdown=is_shutdown), f"end of {self.name}")
        if limit is not None and not await ended_within(self._site.clock, limit, ending):
            await self._abort()
        await ending

    def disable(self, job: Job) -> None:
        """Keep the job from running; the change of its files does the rest.

        Raises:
            OSError: the file cannot be written.
        """
        job.disable_file.write_bytes(b"")
        self._status.report(ContinuousStatus.DISABLING)

    @staticmethod
    def enable(job: Job) -> None:
        """Let the job run again.

        Raises:
            OSError: the file cannot be deleted.
        """
        job.disable_file.unlink(missing_ok=True)

    def _is_disabled(self, job: Job) -> bool:
        return job.disable_file.exists() or self._site.settings.is_true("WEBJOBS_STOPPED")

    def _start(self, job: Job) -> None:
        self.trouble = None
        if self._is_disabled(job):
            self._status.report_if_changed(ContinuousStatus.STOPPED)
            return
        self._status.report(ContinuousStatus.STARTING)
        self._check_always_on()
        self._stop, self._aborted = asyncio.Event(), False
        self._task = start_task(self._loop(job), f"continuous job {self.name}")

    async def _loop(self, job: Job) -> None:
        while not self._stop.is_set() and not self._is_disabled(job):
            try:
                await self._pass(job)
            except WorkingCopyError:
                await pause(self._site.clock, self._site.options.failure_retry, self._stop)
            except (JobStartError, OSError) as error:
                # App Service leaves no trace of this in the job's log; here it says why nothing runs
                self.trouble = str(error)
                self._log.system(f"WebJob cannot be started: {error}", Level.ERR)
                await pause(self._site.clock, self._site.options.failure_retry, self._stop)

    async def _pass(self, job: Job) -> None:
        """One turn of the loop: lock, run, wait."""
        if not self._take_lock():
            await pause(self._site.clock, self._site.options.singleton_retry, self._stop)
            return
        try:
            began = self._site.clock.monotonic()
            self._log.start_run()
            await self._run(job)
            if self._stop.is_set() or self._is_disabled(job):
                return
            lived = timedelta(seconds=self._site.clock.monotonic() - began)
            restart = self._site.settings.seconds("WEBJOBS_RESTART_TIME", 60)
            wait = restart if lived < WARM_UP else timedelta(0)
            self._log.system(f"Process went down, waiting for {int(wait.total_seconds())} seconds")
            self._status.report(ContinuousStatus.PENDING_RESTART)
            await pause(self._site.clock, wait, self._stop)
        finally:
            if self._settings.is_singleton:
                self._lock.release()
                self._log.system("WebJob singleton lock is released")

    def _take_lock(self) -> bool:
        wanted, before = self._settings.is_singleton, self._was_singleton
        if before is None:
            self._log.system(f"WebJob singleton setting is {wanted}")
        elif before != wanted:
            self._log.system(f"WebJob singleton setting changed from {before} to {wanted}")
        self._was_singleton = wanted
        if not wanted:
            return True
        if not self._lock.acquire(f"Continuous job {self.name}"):
            self._status.report_if_changed(ContinuousStatus.INACTIVE_INSTANCE)
            return False
        self._log.system("WebJob singleton lock is acquired")
        return True

    async def _run(self, job: Job) -> None:
        root = await self._launch.prepare(job, self._settings, self._log)
        if self._stop.is_set():
            return
        own = self._variables()
        self._process = await self._launch.start(
            job,
            root,
            log=self._log,
            own=own,
            on_output=self._take_output,
            on_starting=lambda: self._status.report(ContinuousStatus.RUNNING),
        )
        self.trouble = None
        reminder = start_task(self._remind(), f"reminder of {self.name}")
        try:
            code = await self._process.wait()
        finally:
            self._process, self.port = None, None
            reminder.cancel()
        self._report_end(code)

    def _take_output(self, lines: Sequence[str], /, *, is_error: bool) -> None:
        self._log.output(lines, is_error=is_error)
        self._site.app_log.write(lines, is_error=is_error)

    def _report_end(self, code: int) -> None:
        if self._aborted:
            self._log.console(["Thread was being aborted."], Level.ERR)
            self._log.system("WebJob process was aborted")
            self._status.report(ContinuousStatus.STOPPED)
        elif code == 0:
            self._status.report(ContinuousStatus.SUCCESS)
        else:
            self._log.system(f"Job failed due to exit code {code}", Level.ERR)

    async def _remind(self) -> None:
        wait = ALIVE_FIRST
        while True:
            await self._site.clock.sleep(wait.total_seconds())
            self._log.system("WebJob is still running")
            wait = ALIVE_AGAIN

    def _variables(self) -> dict[str, str]:
        folder = self._site.layout.shutdown(self.name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        name = secrets.token_hex(6)
        self._shutdown_file = folder / f"{name[:8]}.{name[8:11]}"
        self.port = _free_port()
        return {"WEBJOBS_SHUTDOWN_FILE": str(self._shutdown_file), "WEBJOBS_PORT": str(self.port)}

    async def _leave(self, *, is_shutdown: bool) -> None:
        async with self._changing:
            await self._end(is_shutdown=is_shutdown)
            self._status.close()

    async def _end(self, *, is_shutdown: bool) -> None:
        task, self._task = self._task, None
        if task is not None:
            if is_shutdown:
                self._log.system("WebJob is stopping due to website shutting down")
            self._status.report(ContinuousStatus.STOPPING)
            await self._stop_loop(task)
        self._launch.kill_leftovers()
        if task is not None:
            self._status.report_if_changed(ContinuousStatus.STOPPED)

    async def _stop_loop(self, task: "asyncio.Task[None]") -> None:
        self._notify()
        self._stop.set()
        grace = self._settings.stopping_wait(default=DEFAULT_GRACE_SECONDS)
        if not await ended_within(self._site.clock, grace, task):
            await self._abort()
        await asyncio.wait({task})

    async def _abort(self) -> None:
        self._aborted = True
        if self._process is not None:
            await self._process.kill()

    def _notify(self) -> None:
        """Tell the process to end: the shutdown file is the only message a job gets."""
        if self._shutdown_file is not None:
            try:
                write_atomically(self._shutdown_file, str(self._site.clock.now()).encode())
            except OSError as error:
                log.warning("%s: cannot be written: %s", self._shutdown_file, error)

    def _check_always_on(self) -> None:
        if self._site.settings.is_always_on_missing and not self._warned_always_on:
            self._warned_always_on = True
            self._log.system(ALWAYS_ON_TEXT, Level.WARN)

    def _forget_always_on(self) -> None:
        self._warned_always_on = False


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
