"""The folders of one site: HOME as App Service lays it out, and the local disk beside it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SiteHome:
    """Where one site's files are. Layout: Kudu.Core/Environment.cs and Common/Constants.cs."""

    folder: Path
    """The site's own folder; everything below it is the site's alone."""

    elsewhere: Path | None = None
    """HOME, where it is a folder that was there before and not one below `folder`."""

    @property
    def home(self) -> Path:
        """What `/home` is in Azure: the persistent share."""
        return self.elsewhere or self.folder / "home"

    @property
    def temp(self) -> Path:
        """What `/tmp` is in Azure: local disk."""
        return self.folder / "temp"

    @property
    def wwwroot(self) -> Path:
        """The site's content."""
        return self.home / "site" / "wwwroot"

    @property
    def deployments(self) -> Path:
        """One folder a deployment record."""
        return self.home / "site" / "deployments"

    @property
    def locks(self) -> Path:
        """Kudu's lock files."""
        return self.home / "site" / "locks"

    @property
    def jobs(self) -> Path:
        """The jobs' data: logs, history, locks."""
        return self.home / "data" / "jobs"

    @property
    def logs(self) -> Path:
        """The site's log files."""
        return self.home / "LogFiles"

    @property
    def stopped(self) -> Path:
        """There while an operator has stopped the site."""
        return self.folder / "stopped"

    @property
    def zipdeploy(self) -> Path:
        """Where packages are fetched to."""
        return self.temp / "zipdeploy"

    def create(self) -> None:
        """Makes every folder that App Service makes; existing ones stay as they are."""
        for folder in (
            self.wwwroot,
            self.deployments,
            self.locks,
            self.jobs / "continuous",
            self.jobs / "triggered",
            self.logs / "Application",
            self.logs / "kudu" / "trace",
            self.zipdeploy,
        ):
            folder.mkdir(parents=True, exist_ok=True)

    def is_empty(self) -> bool:
        """True while no content was deployed."""
        return not self.wwwroot.is_dir() or next(self.wwwroot.iterdir(), None) is None

    def delete(self) -> None:
        """Removes the site with its content, logs and history."""
        shutil.rmtree(self.folder, ignore_errors=True)
