"""The sites as ARM needs them."""

from typing import Any, Protocol

from emulator.appservice import Action
from emulator.resources.azure import Sites as Resourceful


class Sites(Resourceful, Protocol):
    """What runs."""

    def engine(self, name: str) -> Any:
        """The site's jobs engine, `emulator.webjobs.Engine`; the host knows it by a narrower protocol."""

    def deployer(self, name: str) -> Any:
        """What deploys to the site, `emulator.appservice.deployment.Deployer`, with its records."""

    async def switch(self, name: str, action: Action) -> None:
        """Starts, stops or restarts the site."""
