"""One site: its folders, its process, its jobs, its two servers, held together."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from emulator.appservice import environment, startup, translation
from emulator.appservice.console import LogFile
from emulator.appservice.deployment import Deployer, Fetch, Means
from emulator.appservice.environment import Surroundings
from emulator.appservice.health import HealthCheck
from emulator.appservice.home import SiteHome
from emulator.appservice.jobs import EngineFactory
from emulator.appservice.lifecycle import Machine, StartPlan
from emulator.appservice.proxy import FrontProxy
from emulator.appservice.scm import is_private, scm_app
from emulator.appservice.spec import Deployment, OneDeploy, SiteAddresses, SiteSpec
from emulator.appservice.supervisor import Supervisor
from emulator.constants import LOOPBACK
from emulator.http import host_check, listen, token_check
from emulator.identity import IdentityService
from emulator.ports import Ports

START_LIMIT_SECONDS = (10, 230, 1800)  # least, default, most: WEBSITES_CONTAINER_START_TIME_LIMIT
STOP_LIMIT_SECONDS = (0, 5, 120)  # WEBSITES_CONTAINER_STOP_TIME_LIMIT
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Platform:
    """What all sites share."""

    sites: Path
    """Folder of the sites' folders."""
    ports: Ports
    identity: IdentityService
    around: Surroundings
    machine: Machine
    fetch: Fetch
    engines: EngineFactory
    token: str
    """The administrator's token, for changes through the SCM site."""
    accepts: Callable[[str, str], bool] = lambda _token, _site_id: False
    """Whether a further bearer token is good there, for the site of that id; see `token_check`."""
    bytecode: Path | None = None
    """See `Means.bytecode`."""
    tls: ssl.SSLContext | None = None
    """With it, sites and their SCM sites answer over HTTPS as well, on the same ports."""


class Site:
    """One site."""

    def __init__(self, spec: SiteSpec, platform: Platform) -> None:
        self.spec, self._platform = spec, platform
        self.home = SiteHome(platform.sites / spec.name)
        worker = platform.around.instance_id[:12]
        clock = platform.machine.clock
        self.console = LogFile(self.home.logs, worker, "default_docker", clock=clock)
        self.platform_log = LogFile(self.home.logs, worker, "docker", clock=clock)
        self.supervisor = Supervisor(
            spec.name,
            plan=self._start_plan,
            machine=platform.machine,
            console=self.console,
            platform_log=self.platform_log,
        )
        self.health = HealthCheck(self.supervisor, platform.machine)
        means = Means(platform.fetch, self.restart, self._content_changed, clock, bytecode=platform.bytecode)
        self.deployer = Deployer(self.home, means)
        self.addresses = SiteAddresses(
            f"{LOOPBACK}:{platform.ports.take(f'site:{spec.name}')}",
            f"{LOOPBACK}:{platform.ports.take(f'scm:{spec.name}')}",
        )
        self.environment = self._environment()
        self.engine = platform.engines(self.home, self.environment)
        self._servers: list[web.AppRunner] = []
        self._rescan: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Makes the folders, finishes an interrupted deployment, serves, and starts what is enabled."""
        await asyncio.to_thread(self.home.create)
        await self.deployer.recover()
        proxy = FrontProxy(self.spec.name, self.supervisor, self.console)
        guards = [host_check, token_check(self._platform.token, accepts=self._accepts, private=is_private)]
        scm = scm_app(self, middlewares=guards)
        for app, address in ((proxy.app([host_check]), self.addresses.host), (scm, self.addresses.scm_host)):
            port = int(address.rpartition(":")[2])
            self._servers.append(await listen(app, port, tls=self._platform.tls, plain_too=True))
        if self.is_enabled:
            await self._start()

    @property
    def is_enabled(self) -> bool:
        """Whether the site is to run: declared so, and not stopped by an operator."""
        return self.spec.enabled and not self.home.stopped.exists()

    async def start(self) -> None:
        """Lets a stopped site run again; one that runs stays as it is."""
        self.home.stopped.unlink(missing_ok=True)
        if self.spec.enabled:
            await self._start()

    async def stop(self) -> None:
        """Stops the site and its jobs, until it is started; the SCM site stays."""
        self.home.stopped.touch()
        await self._stop()

    async def apply(self, spec: SiteSpec) -> None:
        """Becomes what `spec` says; process and jobs restart only when something they see has changed."""
        before, was_enabled, self.spec = self.spec, self.is_enabled, spec
        self.environment, old = self._environment(), self.environment
        if was_enabled != self.is_enabled:
            await (self._start() if self.is_enabled else self._stop())
        elif self.is_enabled and (old != self.environment or _run_by(before) != _run_by(spec)):
            await self._end_rescan()
            await asyncio.gather(self.engine.reconfigure(self.environment), self.supervisor.restart())
        if before.health_path != spec.health_path and self.is_enabled:
            self.health.watch(spec.health_path)

    async def close(self) -> None:
        """Stops everything; files and ports stay."""
        await self._stop()
        await asyncio.gather(*(server.cleanup() for server in self._servers))
        self._servers.clear()

    async def delete(self) -> None:
        """Stops everything and removes the site's files, ports and tokens."""
        await self.close()
        self._platform.identity.revoke(self.spec.id)
        self._platform.ports.release(f"site:{self.spec.name}")
        self._platform.ports.release(f"scm:{self.spec.name}")
        await asyncio.to_thread(self.home.delete)

    async def deploy(self, request: OneDeploy, package: Path | None = None) -> Deployment:
        """See `Deployer.deploy`."""
        return await self.deployer.deploy(request, self.spec, package)

    async def restart(self) -> None:
        """Starts the site's process anew, if the site is not stopped."""
        if self.is_enabled:
            await self.supervisor.restart()

    async def _start(self) -> None:
        await self.engine.reconfigure(self.environment)
        await asyncio.gather(self.supervisor.start(), self.engine.start())
        self.health.watch(self.spec.health_path)

    async def _stop(self) -> None:
        self.health.stop()
        await self._end_rescan()
        await asyncio.gather(self.supervisor.stop(), self.engine.stop())

    async def _content_changed(self) -> None:
        """Jobs follow on their own, as in Azure: a job that stops slowly does not hold up the deployment."""
        await self._end_rescan()
        if self.is_enabled:
            self._rescan = asyncio.create_task(self.engine.rescan(), name=f"jobs of {self.spec.name} follow")
            self._rescan.add_done_callback(_report)

    async def _end_rescan(self) -> None:
        if self._rescan is not None:
            self._rescan.cancel()
            await asyncio.wait({self._rescan})
            self._rescan = None

    def _accepts(self, bearer: str) -> bool:
        return self._platform.accepts(bearer, self.spec.id)

    def _environment(self) -> dict[str, str]:
        grant = None
        if self.spec.identities or self.spec.system_identity:
            grant = self._platform.identity.assign(self.spec.id, self.spec.identities, self.spec.system_identity)
        else:
            self._platform.identity.revoke(self.spec.id)
        return environment.build(
            self.spec,
            self.home,
            self._platform.around,
            host=self.addresses.host,
            scm_host=self.addresses.scm_host,
            grant=grant,
        )

    def _start_plan(self) -> StartPlan:
        settings = self.spec.settings
        return StartPlan(
            command=self._command(),
            folder=self.home.wwwroot,
            environment=self.environment,
            start_limit_seconds=_seconds(settings.get("WEBSITES_CONTAINER_START_TIME_LIMIT"), START_LIMIT_SECONDS),
            stop_limit_seconds=_seconds(settings.get("WEBSITES_CONTAINER_STOP_TIME_LIMIT"), STOP_LIMIT_SECONDS),
            warmup_path=settings.get("WEBSITE_WARMUP_PATH") or "/robots933456.txt",
            warmup_statuses=_statuses(settings.get("WEBSITE_WARMUP_STATUSES", "")),
        )

    def _command(self) -> str | None:
        """None while nothing is deployed: a command that needs the content would only fail again and again."""
        if self.home.is_empty():
            return None
        found = startup.find_command(
            self.spec.command, runtime=self.spec.runtime, wwwroot=self.home.wwwroot, settings=self.spec.settings
        )
        if found is None:
            return None
        if translation.listens_on_loopback(found):
            self.platform_log.say(
                f"{found}: listens on 127.0.0.1; that works here, in Azure the site would not answer: use 0.0.0.0"
            )
        return translation.command(found, stack=self.spec.stack, home=self.home.home)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s: failed", task.get_name(), exc_info=error)


def _run_by(spec: SiteSpec) -> tuple[str | None, str]:
    """What decides which process is run, besides the environment."""
    return spec.command, spec.runtime


def _seconds(text: str | None, bounds: tuple[int, int, int]) -> float:
    least, default, most = bounds
    try:
        return float(min(max(int(text or default), least), most))
    except ValueError:
        return float(default)


def _statuses(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(",") if part.strip().isdigit())
