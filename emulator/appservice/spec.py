"""What a site is told to be, what a deployment asks for, and the one error a deployment ends in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from emulator.errors import EmulatorError
from emulator.identity.values import Identity


@dataclass(frozen=True)
class SiteSpec:
    """One web app as ARM describes it."""

    id: str
    """ARM id of the site."""
    name: str
    resource_group: str
    location: str = "local"
    kind: str = "app,linux"
    plan_id: str = ""
    """ARM id of its App Service plan."""
    sku: str = "B1"
    """The plan's size, for example `B2`."""
    capacity: int = 1
    """The plan's number of instances."""
    runtime: str = ""
    """`linuxFxVersion`, for example `PYTHON|3.13`."""
    command: str | None = None
    """`appCommandLine`: what to run instead of what the image would find by itself."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """App settings."""
    always_on: bool = False
    health_path: str | None = None
    """`healthCheckPath`."""
    identities: tuple[Identity, ...] = ()
    """User-assigned identities."""
    https_only: bool = True
    enabled: bool = True
    """False: the site is stopped."""
    tags: Mapping[str, str] = field(default_factory=dict)
    system_identity: Identity | None = None
    """The system-assigned identity, when the site has one."""
    slot: str = "Production"
    """Name of the deployment slot it is."""

    @property
    def stack(self) -> str:
        """The runtime's family in upper case: `PYTHON`, `NODE`, or an empty text."""
        return self.runtime.split("|", 1)[0].upper()


@dataclass(frozen=True)
class SiteAddresses:
    """Where a site answers, as `host:port`."""

    host: str
    """The site itself (`defaultHostName`)."""
    scm_host: str
    """Its SCM (Kudu) site."""


@dataclass(frozen=True)
class OneDeploy:
    """The body of one `extensions/onedeploy` or `/api/publish` call."""

    package_uri: str | None = None
    """Absolute address of the package; None when the package itself was sent."""
    type: str = "zip"
    clean: bool | None = None
    """None: what Kudu takes for this type (a zip is cleaned)."""
    restart: bool = True
    path: str | None = None
    deployer: str = "OneDeploy"
    author: str = ""
    author_email: str = ""
    message: str = ""
    """What the record says of who deployed what; empty: Kudu's own words."""


class DeployStatus(IntEnum):
    """Kudu's DeployStatus numbers."""

    PENDING = 0
    BUILDING = 1
    DEPLOYING = 2
    FAILED = 3
    SUCCESS = 4


@dataclass(frozen=True)
class Deployment:
    """One deployment's record, as `/api/deployments/{id}` tells it."""

    id: str
    status: DeployStatus
    status_text: str
    deployer: str
    received: datetime
    started: datetime | None = None
    ended: datetime | None = None
    progress: str = ""
    active: bool = False
    """It is what wwwroot holds now."""
    author: str = ""
    author_email: str = ""
    message: str = ""

    @property
    def complete(self) -> bool:
        """True once it has ended, well or not."""
        return self.status in (DeployStatus.FAILED, DeployStatus.SUCCESS)

    @property
    def temporary(self) -> bool:
        """True for the record that stands while the package is fetched."""
        return self.id.startswith("temp-")

    def to_json(self, site: str, scm_url: str) -> dict[str, Any]:
        """The record in Kudu's order (Kudu.Core/Deployment/DeployResult.cs); `Any`: wire values."""
        return {
            "id": self.id,
            "status": int(self.status),
            "status_text": self.status_text,
            "author_email": self.author_email or "N/A",
            "author": self.author or "N/A",
            "deployer": self.deployer,
            "message": self.message or self.deployer,
            "progress": self.progress,
            "received_time": _time(self.received),
            "start_time": _time(self.started or self.received),
            "end_time": _time(self.ended),
            "last_success_end_time": _time(self.ended) if self.status is DeployStatus.SUCCESS else None,
            "complete": self.complete,
            "active": self.active,
            "is_temp": self.temporary,
            "is_readonly": True,
            "url": f"{scm_url}/api/deployments/{self.id}",
            "log_url": f"{scm_url}/api/deployments/{self.id}/log",
            "site_name": site,
            "provisioningState": self._provisioning_state(),
        }

    def _provisioning_state(self) -> str:
        return {DeployStatus.FAILED: "Failed", DeployStatus.SUCCESS: "Succeeded"}.get(self.status, "InProgress")


class DeployError(EmulatorError):
    """Raised when a package is refused (400), another deployment runs (409) or the work failed (500)."""

    def __init__(self, message: str, *, status: int = 500, deployment: Deployment | None = None) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status Kudu answers with."""
        self.deployment = deployment
        """The failed record, when one was written."""


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
