"""App Service on this machine: sites as supervised processes, their SCM site, their deployments."""

from emulator.appservice.host import Action, SiteHost, UnknownSiteError
from emulator.appservice.site import Platform, Site
from emulator.appservice.spec import (
    DeployError,
    Deployment,
    DeployStatus,
    OneDeploy,
    SiteAddresses,
    SiteSpec,
)

__all__ = [
    "Action",
    "DeployError",
    "DeployStatus",
    "Deployment",
    "OneDeploy",
    "Platform",
    "Site",
    "SiteAddresses",
    "SiteHost",
    "SiteSpec",
    "UnknownSiteError",
]
