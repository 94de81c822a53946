"""Where everything is below a site's HOME (Kudu.Core/Environment.cs, Common/Constants.cs)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folders of one site."""

    home: Path
    """What /home is on App Service."""

    temp: Path
    """This instance's temporary folder."""

    primary_root: Path
    """Jobs that come with the site's content."""

    @classmethod
    def of(cls, home: Path, temp: Path, *, environment: Mapping[str, str]) -> "Layout":
        """The layout under a home folder; ``WEBJOBS_ROOT_PATH`` moves the primary root.

        That setting's outer slashes are dropped and the rest is taken below wwwroot, so that an absolute path
        becomes a relative one, as on App Service.
        """
        moved = environment.get("APPSETTING_WEBJOBS_ROOT_PATH") or environment.get("WEBJOBS_ROOT_PATH") or ""
        expanded = re.sub(r"%(\w+)%", lambda match: environment.get(match[1], match[0]), moved)
        below = expanded.strip("\\/") or "App_Data/jobs"
        return cls(home, temp, home / "site" / "wwwroot" / below)

    @property
    def wwwroot(self) -> Path:
        """The site's content."""
        return self.home / "site" / "wwwroot"

    @property
    def secondary_root(self) -> Path:
        """Jobs that are not part of the site's content."""
        return self.home / "site" / "jobs"

    @property
    def roots(self) -> tuple[Path, Path]:
        """Both roots, in order of precedence."""
        return self.primary_root, self.secondary_root

    @property
    def data_root(self) -> Path:
        """Logs, history and locks of all jobs."""
        return self.home / "data" / "jobs"

    def data(self, type: str, name: str) -> Path:
        """Logs, history and locks of one job."""
        return self.data_root / type / name

    def working(self, type: str, name: str) -> Path:
        """The folder that holds a job's working copy."""
        return self.temp / "jobs" / type / name

    def shutdown(self, name: str) -> Path:
        """The folder in which a continuous job's shutdown file will appear."""
        return self.temp / "JobsShutdown" / "continuous" / name
