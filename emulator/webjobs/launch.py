"""From a job's files to its process, the same for both types (Kudu.Core/Jobs/BaseJobRunner.cs)."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from emulator.webjobs import exe_config
from emulator.webjobs.environment import job_environment
from emulator.webjobs.errors import WorkingCopyError
from emulator.webjobs.hosts import Command, command
from emulator.webjobs.job import Job, JobType
from emulator.webjobs.logs import JobLog, Level
from emulator.webjobs.process import OnOutput, Process
from emulator.webjobs.profile import Profile
from emulator.webjobs.settings import JobSettings
from emulator.webjobs.site import Site
from emulator.webjobs.working_copy import WorkingCopy


class JobLaunch:
    """Prepares and starts the processes of one job."""

    def __init__(self, site: Site, type: JobType, name: str) -> None:
        self._site = site
        self._type = type
        self._name = name
        self._copy = WorkingCopy(site.layout.working(type, name), shown=site.shown)
        self.data = site.layout.data(type, name)

    async def prepare(self, job: Job, settings: JobSettings, log: JobLog) -> Path:
        """The folder to run from: the job's own, or its working copy brought up to date.

        Raises:
            WorkingCopyError: the files cannot be copied; the log says so already.
        """
        if settings.is_in_place(default=job.host.in_place):
            self.kill_leftovers()
            return job.root
        try:
            refresh = partial(
                self._copy.refresh, job.root, log=log.system, before_copy=self.kill_leftovers, after_copy=self._patch
            )
            # a look at a few files is over before a thread would have begun
            return refresh() if self._copy.is_small else await self._site.offload(refresh)
        except WorkingCopyError as error:
            log.system(f"Failed to copy job files: {error}", Level.ERR)
            raise

    def command(self, job: Job, arguments: str = "") -> Command:
        """The command line of a job.

        Raises:
            JobStartError: nothing on this machine runs such a script.
        """
        path = self._site.environment.get("PATH", "")
        return command(job.host, job.script, arguments, path=path, folder=job.directory)

    async def start(
        self,
        job: Job,
        root: Path,
        *,
        log: JobLog,
        own: Mapping[str, str],
        on_output: OnOutput,
        on_starting: Callable[[], None],
        arguments: str = "",
    ) -> Process:
        """Start the job's process.

        Args:
            root: what prepare answered.
            own: variables of this launch alone.
            on_starting: called when the command line is known and the process about to start.

        Raises:
            JobStartError: it cannot be started.
        """
        log.system(f"Run script '{job.script}' with script host - '{job.host.name}'")
        line = self.command(job, arguments)
        environment = job_environment(
            self._site.environment,
            live=self._site.settings.live,
            layout=self._site.layout,
            instance_id=self._site.instance_id,
            type=self._type,
            name=self._name,
            root=root,
            own=own,
        )
        on_starting()
        cwd = root / job.directory.relative_to(job.root)
        return await self._site.launcher.start(line, cwd=cwd, environment=environment, on_output=on_output)

    def _patch(self, folder: Path) -> None:
        if self._site.options.profile is Profile.WINDOWS:
            exe_config.patch_all(folder, self._site.environment)

    def kill_leftovers(self) -> None:
        """Kill every process that carries the job's mark."""
        self._site.launcher.kill_jobs(self._site.instance_id, self.data)
