"""In-memory services for tests: what the resources did can be read from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from emulator.appservice.spec import DeployError, OneDeploy, SiteAddresses, SiteSpec
from emulator.resources.azure import Azure

_FIRST_PORT = 20000


@dataclass
class FakeStorage:
    """Storage accounts in memory."""

    accounts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Account to ``queues``, ``containers`` and ``tables``, each by name."""
    access_changes: int = 0
    shared_key: dict[str, bool] = field(default_factory=dict)
    """Account to whether its keys are taken."""

    async def put_account(self, name: str, *, shared_key: bool = True) -> None:
        """Makes the account."""
        self.accounts.setdefault(name, {"queues": {}, "containers": {}, "tables": {}})
        self.shared_key[name] = shared_key

    async def delete_account(self, name: str) -> None:
        """Removes the account."""
        self.accounts.pop(name, None)

    async def access_changed(self) -> None:
        """Counts the changes."""
        self.access_changes += 1

    def endpoints(self, account: str) -> dict[str, str]:
        """Returns addresses of the path style."""
        services = ("blob", "queue", "table")
        return {service: f"https://127.0.0.1:{10000 + number}/{account}/" for number, service in enumerate(services)}

    def keys(self, account: str) -> tuple[str, str]:
        """Returns keys that name their account."""
        return f"{account}-key-1", f"{account}-key-2"

    async def create_queue(self, account: str, name: str, metadata: dict[str, str]) -> None:
        """Makes a queue."""
        self.accounts[account]["queues"].setdefault(name, {})["metadata"] = metadata

    async def delete_queue(self, account: str, name: str) -> None:
        """Removes a queue."""
        self._part(account, "queues").pop(name, None)

    async def queue_exists(self, account: str, name: str) -> bool:
        """Tells whether the queue is there."""
        return name in self._part(account, "queues")

    async def create_container(self, account: str, name: str, public: str) -> None:
        """Makes a container."""
        self.accounts[account]["containers"].setdefault(name, {"blobs": {}})["public"] = public

    async def delete_container(self, account: str, name: str) -> None:
        """Removes a container."""
        self._part(account, "containers").pop(name, None)

    async def container_exists(self, account: str, name: str) -> bool:
        """Tells whether the container is there."""
        return name in self._part(account, "containers")

    async def create_table(self, account: str, name: str) -> None:
        """Makes a table."""
        self.accounts[account]["tables"].setdefault(name, {})

    async def delete_table(self, account: str, name: str) -> None:
        """Removes a table."""
        self._part(account, "tables").pop(name, None)

    async def table_exists(self, account: str, name: str) -> bool:
        """Tells whether the table is there."""
        return name in self._part(account, "tables")

    async def upload_blob(
        self,
        account: str,
        container: str,
        name: str,
        content: bytes | Path,
        content_type: str,
        metadata: dict[str, str],
    ) -> str:
        """Keeps a blob's content."""
        blobs = self.accounts[account]["containers"][container]["blobs"]
        blobs[name] = {"content": _bytes(content), "content_type": content_type, "metadata": metadata}
        return f"{self.endpoints(account)['blob']}{container}/{name}"

    async def delete_blob(self, account: str, container: str, name: str) -> None:
        """Removes a blob."""
        self._part(account, "containers").get(container, {"blobs": {}})["blobs"].pop(name, None)

    async def blob_exists(self, account: str, container: str, name: str) -> bool:
        """Tells whether the blob is there."""
        return name in self._part(account, "containers").get(container, {"blobs": {}})["blobs"]

    def service_sas(self, account: str, body: dict[str, Any]) -> str:
        """Returns a token that names what it was asked for."""
        return f"sv=fake&se={body.get('signedExpiry')}&sig=top-secret-signature"

    def _part(self, account: str, kind: str) -> dict[str, Any]:
        return self.accounts.get(account, {}).get(kind, {})


@dataclass
class FakeSites:
    """Sites in memory, one port after another."""

    specs: dict[str, SiteSpec] = field(default_factory=dict)
    deployed: list[tuple[str, OneDeploy]] = field(default_factory=list)
    refuse: str = ""
    """When set, every deployment fails with this text."""

    async def apply(self, spec: SiteSpec) -> SiteAddresses:
        """Keeps the site."""
        self.specs[spec.name] = spec
        port = _FIRST_PORT + 2 * list(self.specs).index(spec.name)
        return SiteAddresses(host=f"127.0.0.1:{port}", scm_host=f"127.0.0.1:{port + 1}")

    async def remove(self, name: str) -> None:
        """Forgets the site."""
        self.specs.pop(name, None)

    async def deploy(self, name: str, request: OneDeploy) -> None:
        """Notes the deployment, or refuses it."""
        if self.refuse:
            raise DeployError(self.refuse)
        self.deployed.append((name, request))

    def state(self, name: str) -> str:
        """Returns whether the site is enabled."""
        return "Running" if self.specs[name].enabled else "Stopped"

    def names(self) -> tuple[str, ...]:
        """Returns the sites there are."""
        return tuple(self.specs)


@dataclass
class FakeTokens:
    """Tokens one can read."""

    def token(self, resource: str, client_id: str, principal_id: str) -> str:
        """Returns a text that names the resource."""
        return f"token for {resource}"


@dataclass
class FakeClock:
    """A clock that goes a second further at every look."""

    now: datetime = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Returns the time and moves on."""
        moment = self.now
        self.now += timedelta(seconds=1)
        return moment


def fake_azure() -> Azure:
    """Returns services that live in memory."""
    return Azure(storage=FakeStorage(), sites=FakeSites(), identity=FakeTokens(), clock=FakeClock())


def _bytes(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
