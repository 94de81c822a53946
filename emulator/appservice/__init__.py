"""App Service on this machine: sites as supervised processes, their SCM site, their deployments."""

from emulator.appservice.spec import (
    DeployError,
    Deployment,
    DeployStatus,
    OneDeploy,
    SiteAddresses,
    SiteSpec,
)

__all__ = [
    "DeployError",
    "DeployStatus",
    "Deployment",
    "OneDeploy",
    "SiteAddresses",
    "SiteSpec",
]
