"""The jobs engine of one site: finds the jobs of a HOME folder, runs them and answers for them."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary
from zipfile import BadZipFile

from emulator.webjobs import settings as job_settings
from emulator.webjobs import uploads
from emulator.webjobs.app_log import AppLog
from emulator.webjobs.clock import Clock, SystemClock
from emulator.webjobs.continuous_jobs import ContinuousJobs
from emulator.webjobs.discovery import Discovery
from emulator.webjobs.errors import JobNotFound, UploadRefused
from emulator.webjobs.history import Run
from emulator.webjobs.hooks import Post, WebHook, WebHooks
from emulator.webjobs.job import JobType
from emulator.webjobs.layout import Layout
from emulator.webjobs.live_settings import LiveSettings
from emulator.webjobs.options import EngineOptions
from emulator.webjobs.process import Launcher, SystemLauncher
from emulator.webjobs.settings import JobSettings
from emulator.webjobs.site import Offload, Site, SiteSettings
from emulator.webjobs.tasks import start_task
from emulator.webjobs.triggered_jobs import TriggeredJobs
from emulator.webjobs.views import ContinuousView, JobView, TriggeredView
from emulator.webjobs.watcher import Key, Watcher

log = logging.getLogger(__name__)

VIEWS_A_TURN = 20
"""So many jobs are looked at in one turn of the event loop: some milliseconds."""


class Engine:
    """Runs the jobs below one HOME, as one instance of one site does."""

    def __init__(  # noqa: PLR0913 - its means, each with a default
        self,
        home: Path,
        temp: Path,
        *,
        environment: Mapping[str, str],
        instance_id: str,
        options: EngineOptions | None = None,
        clock: Clock | None = None,
        launcher: Launcher | None = None,
        offload: Offload = asyncio.to_thread,
        post: Post | None = None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """Nothing happens before `start`.

        Args:
            home: what /home is on App Service.
            temp: the instance's temporary folder.
            environment: the site's environment, app settings included.
            instance_id: WEBSITE_INSTANCE_ID; six characters of it show in logs.
            options: waits and choices; left out, they are Kudu's.
            clock: time; left out, the machine's.
            launcher: starts processes; a given one can serve many engines and is closed by its owner.
            offload: runs blocking work outside the event loop.
            post: tells web hooks; left out, over HTTP.
            on_change: told of every change of a job's status, and of a job that came, changed or went.
        """
        self._options = options or EngineOptions()
        self._clock = clock or SystemClock()
        self._owned = SystemLauncher(drain=self._options.drain) if launcher is None else None
        self._launcher: Launcher = launcher or self._owned or SystemLauncher()
        self._offload = offload
        self._home, self._temp = home.absolute(), temp.absolute()
        self._instance_id = instance_id
        self._on_change = on_change
        deployments = self._home / "site" / "deployments"
        self._live = LiveSettings(deployments / "settings.xml")
        self.hooks = WebHooks(deployments, clock=self._clock, post=post or _post)
        """Who is told of finished runs."""
        self._app_log = AppLog(self._home / "LogFiles" / "Application", instance=instance_id[:6], clock=self._clock)
        self._watch: asyncio.Task[None] | None = None
        self._is_first_pass = True
        self._turn = asyncio.Lock()
        self._writing: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._take(environment)

    @property
    def now(self) -> datetime:
        """The present instant as the engine sees it."""
        return self._clock.now()

    @property
    def is_running(self) -> bool:
        """Whether the engine was started and not stopped."""
        return self._watch is not None

    async def start(self) -> None:
        """Clear up after an engine that died, and begin to watch for jobs.

        Each job is seen as changed, so that continuous jobs start and schedules count once the debounce is
        over.
        """
        async with self._turn:
            self._begin()

    def _begin(self) -> None:
        if self._watch is not None:
            return
        self._take(self._site.environment)
        data = self._site.layout.data_root
        self._launcher.kill_jobs(self._instance_id, data)
        self._launcher.watch_home(self._instance_id, data)
        self._delete_orphaned_data()
        self._is_first_pass = True
        self._watch = start_task(self._watcher.run(), f"jobs of {self._home}")

    async def stop(self, shutdown: bool = True) -> None:
        """Stop all jobs and watch no longer.

        Args:
            shutdown: give jobs the time they ask for, thirty seconds together at most; else kill them at
            once.
        """
        async with self._turn:
            await self._end(self._options.shutdown_limit if shutdown else timedelta(0))

    async def _end(self, limit: timedelta) -> None:
        watch, self._watch = self._watch, None
        if watch is None:
            return
        watch.cancel()
        await asyncio.wait({watch})
        await asyncio.gather(self._triggered.stop(limit), self._continuous.stop(limit))
        self._launcher.kill_jobs(self._instance_id, self._site.layout.data_root)
        if self._owned is not None:
            await self._owned.close()

    async def reconfigure(self, environment: Mapping[str, str]) -> None:
        """Take another environment: the jobs' part of a site restart."""
        async with self._turn:
            was_running = self.is_running
            await self._end(self._options.shutdown_limit)
            self._take(environment)
            if was_running:
                self._begin()

    @property
    def live_settings(self) -> Mapping[str, str]:
        """The per-site settings, which beat app settings."""
        return self._live

    def change_settings(self, values: Mapping[str, str | None]) -> None:
        """Set per-site settings, or remove those that are none; no restart needed (``POST /api/settings``).

        Raises:
            OSError: they cannot be written; they count all the same until the engine ends.
        """
        self._live.change(values)

    async def rescan(self) -> None:
        """Act upon changed files at once, without the debounce; returns when all jobs have followed."""
        if self._watch is not None:
            await self._watcher.look(at_missing_roots=True)
            await self._watcher.hand_over()

    def jobs(self) -> list[JobView]:
        """All jobs, the triggered ones first."""
        return [*self._triggered.views(), *self._continuous.views()]

    def triggered_jobs(self) -> list[TriggeredView]:
        """All triggered jobs."""
        return list(self._triggered.views())

    def continuous_jobs(self) -> list[ContinuousView]:
        """All continuous jobs."""
        return list(self._continuous.views())

    async def each(self, *types: JobType) -> AsyncIterator[JobView]:
        """All jobs of these types, in their order; others have their turn meanwhile, however many there are."""
        numbers = count(1)
        for kind in types:
            for view in (self._triggered if kind == JobType.TRIGGERED else self._continuous).views():
                yield view
                if next(numbers) % VIEWS_A_TURN == 0:
                    await asyncio.sleep(0)

    def triggered(self, name: str) -> TriggeredView:
        """A triggered job.

        Raises:
            JobNotFound: there is none of that name.
        """
        return self._triggered.view(name)

    def continuous(self, name: str) -> ContinuousView:
        """A continuous job.

        Raises:
            JobNotFound: there is none of that name.
        """
        return self._continuous.view(name)

    async def run(self, name: str, arguments: str = "", trigger: str = "External") -> str:
        """Start a run of a triggered job in the background; returns the run's id.

        Args:
            arguments: appended to the command line as they are.
            trigger: what the history says, for example ``External - <user agent>``.

        Raises:
            JobNotFound: there is no such job.
            JobConflict: the job is running, or jobs are stopped.
            OSError: the run's folder cannot be written.
        """
        return self._triggered.run(name, arguments, trigger)

    def history(self, name: str) -> list[Run]:
        """The runs of a triggered job, the newest first.

        Raises:
            JobNotFound: the job has no data.
        """
        return self._triggered.history(name)

    def run_info(self, name: str, run_id: str) -> Run:
        """One run of a triggered job.

        Raises:
            JobNotFound: there is no such run.
        """
        return self._triggered.run_info(name, run_id)

    async def start_job(self, name: str) -> None:
        """Let a stopped continuous job run again; it starts once the change of its files is noticed.

        Raises:
            JobNotFound: there is no such job, or it was not seen yet.
            OSError: its folder cannot be written.
        """
        self._continuous.enable(name)

    async def stop_job(self, name: str) -> None:
        """Stop a continuous job; it stops once the change of its files is noticed, and stays stopped.

        Raises:
            JobNotFound: there is no such job, or it was not seen yet.
            OSError: its folder cannot be written.
        """
        self._continuous.disable(name)

    def passthrough_port(self, name: str) -> int | None:
        """The loopback port a continuous job's process may listen on, while it runs."""
        return self._continuous.port(name)

    def settings(self, name: str, type: JobType) -> Mapping[str, Any]:
        """The settings of a job; none for a job that does not exist."""
        job = self._discovery.find(type, name)
        return JobSettings.read(job.settings_file).values if job else {}

    async def put_settings(self, name: str, type: JobType, values: Mapping[str, Any] | None) -> None:
        """Replace the settings of a job.

        Raises:
            JobNotFound: there is no such job whose files may be written.
            OSError: the file cannot be written.
        """
        job = self._discovery.findable_for_writing(type, name)
        if job is None:
            raise JobNotFound(f"{type} job '{name}': cannot be changed; expected a job outside a mounted package")
        job_settings.write(job.settings_file, values)

    async def put(self, name: str, type: JobType, content: Path, *, file_name: str, is_archive: bool) -> JobView:
        """Create a job, or replace its files, from an archive or a single file.

        Raises:
            UploadRefused: nothing in it can run; the job is deleted.
            zipfile.BadZipFile: the archive is none; the job is deleted.
            OSError: its folder cannot be written.
        """
        async with self._turn_of(type, name):
            folder = self._discovery.writable(type, name)
            try:
                await self._offload(partial(uploads.store, folder, content, file_name=file_name, is_archive=is_archive))
            except (BadZipFile, OSError):
                await uploads.remove(folder, self._clock, self._offload)
                raise
            if self._discovery.findable_for_writing(type, name) is None:
                await uploads.remove(folder, self._clock, self._offload)
                raise UploadRefused("No runnable script file was found.")
            return self._triggered.view(name) if type == JobType.TRIGGERED else self._continuous.view(name)

    async def delete(self, name: str, type: JobType) -> None:
        """Delete a job's files and its data. That it does not exist, or stays, is no error."""
        async with self._turn_of(type, name):
            folder = self._discovery.writable(type, name)
            if self._site.settings.is_package_mounted and not folder.is_dir():
                return  # perhaps one of the package's own jobs, which goes on
            if type == JobType.CONTINUOUS:
                await self._continuous.forget(name)
            else:
                self._triggered.forget(name)
            for doomed in (folder, self._site.layout.data(type, folder.name)):
                if not await uploads.remove(doomed, self._clock, self._offload):
                    log.warning("%s: cannot be deleted", doomed)

    def _turn_of(self, type: JobType, name: str) -> asyncio.Lock:
        """Held while a job's files are written or deleted; a second client waits."""
        return self._writing.setdefault((type, name.lower()), asyncio.Lock())

    def _take(self, environment: Mapping[str, str]) -> None:
        layout = Layout.of(self._home, self._temp, environment=environment)
        settings = SiteSettings(environment, self._live, self._options.profile)
        self._site = Site(
            layout=layout,
            settings=settings,
            environment=dict(environment),
            options=self._options,
            instance_id=self._instance_id,
            clock=self._clock,
            launcher=self._launcher,
            offload=self._offload,
            hooks=self.hooks,
            app_log=self._app_log,
            on_change=self._on_change,
        )
        self._discovery = Discovery(layout, is_package_mounted=settings.is_package_mounted)
        self._triggered = TriggeredJobs(self._site, self._discovery)
        self._continuous = ContinuousJobs(self._site, self._discovery)
        self._watcher = Watcher(self._site, self._follow)

    async def _follow(self, changed: set[Key]) -> None:
        """Let jobs follow the change of their files; none waits for another's end."""
        is_update, self._is_first_pass = not self._is_first_pass, False
        self._on_change()
        for kind, name in sorted(changed):
            if kind == JobType.TRIGGERED:
                self._triggered.changed(name)
        following = asyncio.gather(
            *(
                self._continuous.changed(name, is_update=is_update)
                for kind, name in sorted(changed)
                if kind == JobType.CONTINUOUS
            )
        )
        # the end of the watch must not leave a job half stopped
        await asyncio.shield(following)

    def _delete_orphaned_data(self) -> None:
        """Delete logs and history of jobs that no longer exist, as Kudu does when it starts."""
        for kind in JobType:
            names = {job.name.lower() for job in self._discovery.jobs(kind)}
            folder = self._site.layout.data_root / kind
            for data in folder.iterdir() if folder.is_dir() else ():
                if data.is_dir() and data.name.lower() not in names:
                    shutil.rmtree(data, ignore_errors=True)


async def _post(hook: WebHook, body: bytes) -> tuple[int, str]:
    from emulator.webjobs.http_client import post_hook

    return await post_hook(hook, body)
