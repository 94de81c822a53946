"""What the SCM site needs of its app."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from aiohttp import web

from emulator.appservice.console import LogFile
from emulator.appservice.deployment import Deployer
from emulator.appservice.health import HealthCheck
from emulator.appservice.home import SiteHome
from emulator.appservice.spec import Deployment, OneDeploy, SiteSpec
from emulator.appservice.supervisor import Supervisor
from emulator.webjobs import Engine


class SiteView(Protocol):
    """One site, as its SCM site sees it. A home folder that is served alone has jobs and files, but no app."""

    @property
    def spec(self) -> SiteSpec:
        """Name and app settings."""

    @property
    def home(self) -> SiteHome:
        """The site's folders."""

    @property
    def deployer(self) -> Deployer:
        """Puts packages in place and remembers them."""

    @property
    def engine(self) -> Engine:
        """The site's jobs."""

    @property
    def supervisor(self) -> Supervisor | None:
        """The app's process; None where there is no app."""

    @property
    def health(self) -> HealthCheck | None:
        """The app's health check; None where there is no app."""

    @property
    def console(self) -> LogFile | None:
        """What the app prints; None where there is no app."""

    async def deploy(self, request: OneDeploy, package: Path | None = None) -> Deployment:
        """Puts a package in place."""

    async def restart(self) -> None:
        """Starts the site's process anew."""


def base_url(request: web.Request) -> str:
    """Scheme, host and port this request was sent to."""
    return f"{request.scheme}://{request.host}"


def truth(values: Mapping[str, str], name: str, default: bool | None = None) -> bool | None:
    """A boolean of the query; names compare without case, as in ASP.NET."""
    for key, value in values.items():
        if key.lower() == name.lower() and value:
            return value.lower() in ("true", "1")
    return default
