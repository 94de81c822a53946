"""The storage services as the resource provider uses them: accounts, and what is made in them."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import emulator
from emulator.ports import Ports
from emulator.storage import shared_key
from emulator.storage.accounts import Account, Accounts, Keys
from emulator.storage.azurite import Azurite, Program
from emulator.storage.child import SERVICES
from emulator.storage.client import Call, StorageClient
from emulator.storage.errors import StorageError
from emulator.storage.node import find_node
from emulator.storage.roles import Access
from emulator.storage.sas import service_sas
from emulator.tls import Certificate

PACKAGE = Path(emulator.__file__).parents[1] / "tools" / "azurite"
PUBLIC_ACCESS = {"None": "", "Blob": "blob", "Container": "container"}
_LISTED = re.compile(r"<(?:Queue|Container)><Name>([^<]+)</Name>")
_JSON = {"Accept": "application/json;odata=nometadata", "Content-Type": "application/json"}


class StorageService:
    """Azurite, and accounts in it. Every change may be repeated, so that a restart can replay what should be there.

    Keys are random at each start and live in memory only; data stay in the folder. Every operation raises
    StorageError where the services refuse or do not answer.
    """

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        certificate: Certificate,
        *,
        token: Callable[[], str],
        public_key: str,
        package: Path = PACKAGE,
        node: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """
        Args:
            token: a bearer token for our own calls (`IdentityService.storage_token`).
            public_key: the key that checks tokens, PEM (`IdentityService.public_key`).
            package: the folder in which the npm package is installed.
            node: the Node to run; found when left out.

        Raises:
            StartError: there is no Node.
        """
        self._accounts, self._public_key, self._now = Accounts(), public_key, now
        self._access: Callable[[], Access | None] = lambda: None
        program = Program(node or find_node(), package, folder.parent / "cache" / "node")
        self._azurite = Azurite(folder, ports, certificate, program, state=self._state)
        self._client = StorageClient(
            certificate, root=self._azurite.url, token=token, available=self._azurite.available
        )

    def go_by(self, access: Callable[[], Access]) -> None:
        """From the next start or change on a token opens what its bearer was given, and not everything."""
        self._access = access

    async def start(self) -> None:
        """Returns when the three services answer.

        Raises:
            StartError: they do not come up; says why and what to do.
        """
        await self._azurite.start()

    async def stop(self) -> None:
        """Returns when everything is saved and nothing runs any more."""
        await self._client.close()
        await self._azurite.stop()

    @property
    def pid(self) -> int | None:
        """The process id of Azurite, None when it does not run."""
        return self._azurite.pid

    async def put_account(self, name: str, *, shared_key: bool = True) -> None:
        """Makes the account, or changes whether what is signed with its keys is accepted."""
        if self._accounts.put(name, shared_key=shared_key):
            await self._azurite.tell()

    async def delete_account(self, name: str) -> None:
        """Removes the account and all its data."""
        if name in self._accounts:
            await self._empty(name)
            self._accounts.remove(name)
            await self._azurite.tell()

    async def access_changed(self) -> None:
        """Goes by the role assignments there are now; returns when the services do."""
        if self._access() is not None:
            await self._azurite.tell()

    def accounts(self) -> tuple[str, ...]:
        """The names of the accounts there are."""
        return self._accounts.names()

    def endpoints(self, account: str) -> dict[str, str]:
        """The account's addresses, each with a trailing slash, by `blob`, `queue` and `table`."""
        name = self._accounts[account].name
        return {service: f"{self._azurite.url(service)}/{name}/" for service in SERVICES}

    def keys(self, account: str) -> Keys:
        """The account's two keys."""
        return self._accounts[account].keys

    def service_sas(self, account: str, body: Mapping[str, Any]) -> str:
        """What `listServiceSas` answers for `ServiceSasParameters`: a signature, without a leading `?`.

        Raises:
            SasError: a parameter is wrong.
        """
        return service_sas(account, self.keys(account), body)

    async def create_queue(self, account: str, name: str, metadata: Mapping[str, str] | None = None) -> None:
        """Makes the queue, or gives the one that is there this metadata."""
        headers = _metadata(metadata or {})
        create = self._call("queue", "PUT", account, name, headers=headers)
        answer = await self._client.send(create, accept=(201, 204, "QueueAlreadyExists"))
        if answer.status == 409:
            change = self._call("queue", "PUT", account, name, query={"comp": "metadata"}, headers=headers)
            await self._client.send(change, accept=(204,))

    async def delete_queue(self, account: str, name: str) -> None:
        """Removes the queue with its messages."""
        await self._client.send(self._call("queue", "DELETE", account, name), accept=(204, 404))

    async def queue_exists(self, account: str, name: str) -> bool:
        """Whether the queue is there."""
        call = self._call("queue", "GET", account, name, query={"comp": "metadata"})
        return (await self._client.send(call, accept=(200, "QueueNotFound"))).status == 200

    async def create_container(self, account: str, name: str, public: str = "None") -> None:
        """Makes the container, or gives the one that is there this public access: `None`, `Blob`, `Container`."""
        if public not in PUBLIC_ACCESS:
            message = f"publicAccess: '{public}' is not known; one of {', '.join(PUBLIC_ACCESS)}"
            raise StorageError(message, status=400, code="InvalidHeaderValue")
        level = PUBLIC_ACCESS[public]
        headers = {"x-ms-blob-public-access": level} if level else {}
        container = {"restype": "container"}
        create = self._call("blob", "PUT", account, name, query=container, headers=headers)
        answer = await self._client.send(create, accept=(201, "ContainerAlreadyExists"))
        if answer.status == 409:
            await self._set_access(self._accounts[account], name, headers)

    async def delete_container(self, account: str, name: str) -> None:
        """Removes the container with its blobs."""
        call = self._call("blob", "DELETE", account, name, query={"restype": "container"})
        await self._client.send(call, accept=(202, 404))

    async def container_exists(self, account: str, name: str) -> bool:
        """Whether the container is there."""
        call = self._call("blob", "HEAD", account, name, query={"restype": "container"})
        return (await self._client.send(call, accept=(200, 404))).status == 200

    async def create_table(self, account: str, name: str) -> None:
        """Makes the table."""
        content = json.dumps({"TableName": name}).encode()
        call = self._call("table", "POST", account, "Tables", headers=_JSON, content=content)
        await self._client.send(call, accept=(201, 204, "TableAlreadyExists"))

    async def delete_table(self, account: str, name: str) -> None:
        """Removes the table with its entities."""
        call = self._call("table", "DELETE", account, f"Tables('{name}')", headers=_JSON)
        await self._client.send(call, accept=(204, 404))

    async def table_exists(self, account: str, name: str) -> bool:
        """Whether the table is there; names differ in more than case, as in Azure."""
        return name.lower() in {known.lower() for known in await self._tables(account)}

    async def upload_blob(
        self,
        account: str,
        container: str,
        name: str,
        content: bytes | Path,
        content_type: str = "application/octet-stream",
        metadata: Mapping[str, str] | None = None,
    ) -> str:
        """Writes a block blob, in place of an earlier one, and answers its address."""
        headers = {
            "x-ms-blob-type": "BlockBlob",
            "x-ms-blob-content-type": content_type,
            "Content-Type": "application/octet-stream",
            **_metadata(metadata or {}),
        }
        call = self._call("blob", "PUT", account, f"{container}/{name}", headers=headers, content=content)
        await self._client.send(call, accept=(201,))
        return f"{self.endpoints(account)['blob']}{container}/{quote(name)}"

    async def delete_blob(self, account: str, container: str, name: str) -> None:
        """Removes the blob with its snapshots."""
        headers = {"x-ms-delete-snapshots": "include"}
        call = self._call("blob", "DELETE", account, f"{container}/{name}", headers=headers)
        await self._client.send(call, accept=(202, 404))

    async def blob_exists(self, account: str, container: str, name: str) -> bool:
        """Whether the blob is there."""
        call = self._call("blob", "HEAD", account, f"{container}/{name}")
        return (await self._client.send(call, accept=(200, 404))).status == 200

    def _state(self) -> dict[str, Any]:
        access = self._access()
        told = access.to_json() if access is not None else None
        return {"accounts": self._accounts.effective_keys(), "publicKey": self._public_key, "access": told}

    def _call(self, service: str, method: str, account: str, path: str, **parts: Any) -> Call:
        """The call, once it is sure that the account exists: Azurite answers 404 both for it and for its content."""
        return Call(service, method, self._accounts[account].name, path, **parts)

    async def _set_access(self, account: Account, name: str, access: Mapping[str, str]) -> None:
        call = self._call(
            *("blob", "PUT", account.name, name),
            query={"restype": "container", "comp": "acl"},
            headers={**access, **shared_key.dated_headers(self._now())},
        )
        signature = shared_key.authorization(call, account.effective_keys[0])
        await self._client.send(call, accept=(200,), authorization=signature)

    async def _empty(self, account: str) -> None:
        """Removes everything in the account; lists come in pages, hence the loops."""
        while queues := await self._listed("queue", account):
            for name in queues:
                await self.delete_queue(account, name)
        while containers := await self._listed("blob", account):
            for name in containers:
                await self.delete_container(account, name)
        while tables := await self._tables(account):
            for name in tables:
                await self.delete_table(account, name)

    async def _listed(self, service: str, account: str) -> list[str]:
        call = self._call(service, "GET", account, "", query={"comp": "list"})
        return _LISTED.findall((await self._client.send(call, accept=(200,))).body)

    async def _tables(self, account: str) -> list[str]:
        call = self._call("table", "GET", account, "Tables", headers=_JSON)
        body = (await self._client.send(call, accept=(200,))).body
        return [entry["TableName"] for entry in json.loads(body)["value"]]


def _metadata(pairs: Mapping[str, str]) -> dict[str, str]:
    return {f"x-ms-meta-{name}": value for name, value in pairs.items()}
