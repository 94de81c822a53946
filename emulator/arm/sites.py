"""The sites as ARM needs them."""

from collections.abc import Iterable
from typing import Any, Protocol


class Sites(Protocol):
    """What runs."""

    def names(self) -> Iterable[str]:
        """The names of the sites there are."""

    def state(self, name: str) -> str:
        """App Service's word for the site's state."""

    def engine(self, name: str) -> Any:
        """The site's jobs engine, `emulator.webjobs.Engine`; the host knows it by a narrower protocol."""
