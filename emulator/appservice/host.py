"""All sites of this machine, by name."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from enum import StrEnum
from pathlib import Path

from emulator.appservice.deployment import Deployer, bytecode
from emulator.appservice.lifecycle import SiteState
from emulator.appservice.reaper import end_leftovers
from emulator.appservice.site import Platform, Site
from emulator.appservice.spec import DeployError, Deployment, OneDeploy, SiteAddresses, SiteSpec
from emulator.errors import EmulatorError
from emulator.webjobs import Engine

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])?")


class Action(StrEnum):
    """What an operator does to a site."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"


class UnknownSiteError(EmulatorError):
    """Raised for a name no site has."""


class SiteHost:
    """Runs web apps."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._sites: dict[str, Site] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def start(self) -> None:
        """Ends what an earlier daemon left running. Sites come by `apply`."""
        await asyncio.to_thread(end_leftovers, self._platform.sites)
        if self._platform.bytecode is not None:
            await asyncio.to_thread(bytecode.forget_unused, self._platform.bytecode)

    async def stop(self) -> None:
        """Stops all sites and their jobs, at the same time."""
        sites = list(self._sites.values())
        self._sites.clear()
        await asyncio.gather(*(site.close() for site in sites))

    async def apply(self, spec: SiteSpec) -> SiteAddresses:
        """Makes the site, or brings it in line; returns where it answers. Does not wait for the app to start.

        Raises:
            EmulatorError: the name is not one App Service takes, or a port it had is taken.
        """
        if not _NAME.fullmatch(spec.name):
            raise EmulatorError(f"site: {spec.name!r} is no site name; expected up to 60 letters, digits, hyphens")
        async with self._locks[spec.name.lower()]:
            site = self._sites.get(spec.name.lower())
            if site is None:
                site = Site(spec, self._platform)
                try:
                    await site.open()
                except BaseException:
                    await site.close()
                    raise
                self._sites[spec.name.lower()] = site
            else:
                await site.apply(spec)
            return site.addresses

    async def remove(self, name: str) -> None:
        """Removes the site with its files. An unknown name is fine."""
        async with self._locks[name.lower()]:
            if site := self._sites.pop(name.lower(), None):
                await site.delete()

    async def deploy(self, name: str, request: OneDeploy, package: Path | None = None) -> Deployment:
        """Puts a package in place; returns its record once that is done. See `Deployer.deploy`.

        Raises:
            DeployError: refused, busy, or failed.
        """
        site = self._sites.get(name.lower())
        if site is None:
            raise DeployError(f"site {name!r}: not found; it must be created first", status=404)
        return await site.deploy(request, package)

    def site(self, name: str) -> Site:
        """One site.

        Raises:
            UnknownSiteError: there is none of that name.
        """
        try:
            return self._sites[name.lower()]
        except KeyError:
            known = ", ".join(self.names()) or "none"
            raise UnknownSiteError(f"site {name!r}: not found; there are: {known}") from None

    def engine(self, name: str) -> Engine:
        """The jobs engine of one site."""
        return self.site(name).engine

    def state(self, name: str) -> str:
        """`Running`, `Starting`, `Blocked`, `Stopping` or `Stopped`; a site in the midst of a restart is `Starting`."""
        site = self.site(name)
        state = site.supervisor.condition.state
        is_down = state in (SiteState.STOPPING, SiteState.STOPPED)
        return str(SiteState.STARTING if is_down and site.is_enabled else state)

    def deployer(self, name: str) -> Deployer:
        """What deploys to one site, with its records."""
        return self.site(name).deployer

    async def switch(self, name: str, action: Action) -> None:
        """Starts, stops or restarts a site; a restart of a stopped one does nothing, as in Azure.

        Raises:
            UnknownSiteError: there is none of that name.
        """
        async with self._locks[name.lower()]:
            site = self.site(name)
            match action:
                case Action.START:
                    await site.start()
                case Action.STOP:
                    await site.stop()
                case Action.RESTART:
                    await site.restart()

    def names(self) -> tuple[str, ...]:
        """The sites' names."""
        return tuple(site.spec.name for site in self._sites.values())
