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
    """One site, as its SCM site sees it."""

    spec: SiteSpec
    home: SiteHome
    supervisor: Supervisor
    health: HealthCheck
    deployer: Deployer
    console: LogFile
    environment: dict[str, str]
    engine: Engine

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
