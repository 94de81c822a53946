"""App and job folders become one deterministic zip a site."""

from oneplan.errors import PackagingError
from oneplan.packaging.builds import Build, builds_of, launch
from oneplan.packaging.environment import settings_read
from oneplan.packaging.package import build, build_all
from oneplan.packaging.values import PackagedJob, SitePackage

__all__ = [
    "Build",
    "PackagedJob",
    "PackagingError",
    "SitePackage",
    "build",
    "build_all",
    "builds_of",
    "launch",
    "settings_read",
]
