"""An App Service home folder served alone: its jobs, files and deployments, without an app and without Azure around."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emulator.appservice.console import LogFile, utc_now
from emulator.appservice.deployment import Deployer, Fetch, Means
from emulator.appservice.health import HealthCheck
from emulator.appservice.home import SiteHome
from emulator.appservice.spec import Deployment, OneDeploy, SiteSpec
from emulator.appservice.supervisor import Supervisor
from emulator.errors import EmulatorError
from emulator.webjobs import Engine


class HomeAlone:
    """One home folder as the SCM site sees a site: give it to `scm_app`.

    Its engine is started and stopped by the caller.
    """

    supervisor: Supervisor | None = None
    health: HealthCheck | None = None
    console: LogFile | None = None

    def __init__(
        self,
        home: Path,
        work: Path,
        engine: Engine,
        *,
        settings: Mapping[str, str],
        name: str = "site",
        fetch: Fetch | None = None,
    ) -> None:
        """
        Args:
            home: the folder that is HOME in Azure: `site/wwwroot/App_Data/jobs` is below it.
            work: a folder for what need not last; `temp` below it is the engine's temporary folder.
            settings: app settings.
            fetch: gets packages by address; left out, only packages in the request are taken.
        """
        self.spec = SiteSpec(id=f"/oneplan/sites/{name}", name=name, resource_group="", settings=dict(settings))
        self.home = SiteHome(work, elsewhere=home.absolute())
        self.engine = engine
        self.deployer = Deployer(self.home, Means(fetch or _no_fetch, self.restart, self._content_changed, utc_now))

    async def deploy(self, request: OneDeploy, package: Path | None = None) -> Deployment:
        """See `Deployer.deploy`."""
        return await self.deployer.deploy(request, self.spec, package)

    async def restart(self) -> None:
        """Nothing after a deployment: there is no app, and the jobs follow their files."""

    async def _content_changed(self) -> None:
        """Nothing: the engine watches the files, as in Azure."""


async def _no_fetch(uri: str, target: Path) -> int:
    raise EmulatorError("packageUri: packages are not fetched here; send the package itself")
