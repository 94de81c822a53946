"""App and job folders become one deterministic zip a site."""

from oneplan.errors import PackagingError
from oneplan.packaging.builds import Build, builds_of, launch
from oneplan.packaging.deploy_key import DEPLOY_OPTIONS, deploy_key
from oneplan.packaging.environment import settings_read
from oneplan.packaging.package import build, build_all, current_name
from oneplan.packaging.values import PackagedJob, SitePackage

__all__ = [
    "DEPLOY_OPTIONS",
    "Build",
    "PackagedJob",
    "PackagingError",
    "SitePackage",
    "build",
    "build_all",
    "builds_of",
    "current_name",
    "deploy_key",
    "launch",
    "settings_read",
]
