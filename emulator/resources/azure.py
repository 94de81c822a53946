"""The services behind the resources, as this package needs them: protocols, so that fakes may stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from emulator.appservice.spec import OneDeploy, SiteAddresses, SiteSpec


class Storage(Protocol):
    """Storage accounts and what is in them. Every change may be repeated without harm."""

    async def put_account(self, name: str, *, shared_key: bool = True) -> None:
        """Makes the account, or sets whether what its keys sign is taken."""

    async def delete_account(self, name: str) -> None:
        """Removes the account and its data."""

    def endpoints(self, account: str) -> dict[str, str]:
        """Returns the addresses of the account's ``blob``, ``queue`` and ``table`` service."""

    def keys(self, account: str) -> tuple[str, str]:
        """Returns the account's two keys."""

    async def create_queue(self, account: str, name: str, metadata: dict[str, str]) -> None:
        """Makes a queue."""

    async def delete_queue(self, account: str, name: str) -> None:
        """Removes a queue with its messages."""

    async def queue_exists(self, account: str, name: str) -> bool:
        """Tells whether the queue is there."""

    async def create_container(self, account: str, name: str, public: str) -> None:
        """Makes a blob container; ``public`` is ``None``, ``Blob`` or ``Container``."""

    async def delete_container(self, account: str, name: str) -> None:
        """Removes a container with its blobs."""

    async def container_exists(self, account: str, name: str) -> bool:
        """Tells whether the container is there."""

    async def create_table(self, account: str, name: str) -> None:
        """Makes a table."""

    async def delete_table(self, account: str, name: str) -> None:
        """Removes a table with its entities."""

    async def table_exists(self, account: str, name: str) -> bool:
        """Tells whether the table is there."""

    async def upload_blob(
        self,
        account: str,
        container: str,
        name: str,
        content: bytes | Path,
        content_type: str,
        metadata: dict[str, str],
    ) -> str:
        """Writes a blob and returns its address."""

    async def delete_blob(self, account: str, container: str, name: str) -> None:
        """Removes a blob."""

    async def blob_exists(self, account: str, container: str, name: str) -> bool:
        """Tells whether the blob is there."""

    async def access_changed(self) -> None:
        """Goes by the role assignments there are now."""

    def service_sas(self, account: str, body: dict[str, Any]) -> str:
        """Signs ``ServiceSasParameters`` with an account key; no leading question mark."""


class Sites(Protocol):
    """Web apps."""

    async def apply(self, spec: SiteSpec) -> SiteAddresses:
        """Makes the site, or brings it in line with ``spec``."""

    async def remove(self, name: str) -> None:
        """Stops the site and removes its files."""

    async def deploy(self, name: str, request: OneDeploy) -> Any:
        """Fetches a package and puts it in place; raises ``DeployError`` when that fails."""

    def state(self, name: str) -> str:
        """Returns App Service's word for the site's state, for example ``Running``."""

    def names(self) -> Any:
        """Returns the names of the sites there are."""


class Tokens(Protocol):
    """The issuer of Entra tokens."""

    def token(self, resource: str, client_id: str, principal_id: str) -> str:
        """Returns a signed token for ``resource``."""


def utc_now() -> datetime:
    """Returns the present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Azure:
    """Everything a resource may act on."""

    storage: Storage
    sites: Sites
    identity: Tokens
    clock: Callable[[], datetime] = utc_now


def timestamp(moment: datetime) -> str:
    """Returns the moment as ARM writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
