"""What lives in a storage account: queues, blob containers, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.resources.errors import conflict
from emulator.resources.handler import Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, name_of, parent_of
from emulator.resources.storage_account import ACCOUNT_PATH, ACCOUNT_TYPE
from emulator.resources.values import text
from emulator.store import Record

# https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata, and the pages for the other two
_DASHED = re.compile(r"[a-z0-9](?:-?[a-z0-9])+")
_TABLE = re.compile(r"[A-Za-z][A-Za-z0-9]{2,62}")


def account_of(id: str) -> str:
    """Returns the name of the account in the id of something in it."""
    return name_of(parent_of(id) or "")


class Queue(Handler):
    """A queue."""

    token = "azure-native:storage:Queue"  # noqa: S105
    type = f"{ACCOUNT_TYPE}/queueServices/queues"
    path = IdTemplate(f"{ACCOUNT_PATH}/queueServices/default/queues/{{queueName}}")
    replay_order = 1

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        yield from _check_dashed(inputs, "queueName", "a queue's name")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Makes the queue and returns its outputs."""
        metadata = dict(resource.inputs.get("metadata") or {})
        await scope.azure.storage.create_queue(account_of(resource.id), resource.name, metadata)
        return self.answer(resource)

    async def remove(self, scope: Scope, record: Record) -> None:
        """Removes the queue with its messages."""
        await scope.azure.storage.delete_queue(account_of(record.id), name_of(record.id))

    async def exists(self, scope: Scope, record: Record) -> bool:
        """Asks the queue service."""
        return await scope.azure.storage.queue_exists(account_of(record.id), name_of(record.id))


class BlobContainer(Handler):
    """A blob container."""

    token = "azure-native:storage:BlobContainer"  # noqa: S105
    type = f"{ACCOUNT_TYPE}/blobServices/containers"
    path = IdTemplate(f"{ACCOUNT_PATH}/blobServices/default/containers/{{containerName}}")
    replay_order = 1

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take; ``$root`` and ``$web`` are Azure's own."""
        if text(inputs, "containerName") not in {"$root", "$web"}:
            yield from _check_dashed(inputs, "containerName", "a container's name")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Makes the container and returns its outputs."""
        public = text(resource.inputs, "publicAccess", "None")
        account = parent_of(resource.id) or ""
        record = scope.store.get(account)
        if public != "None" and record is not None and not record.outputs.get("allowBlobPublicAccess"):
            raise conflict("Public access is not permitted on this storage account.", "PublicAccessNotPermitted")
        await scope.azure.storage.create_container(name_of(account), resource.name, public)
        return self.answer(
            resource,
            publicAccess=public,
            defaultEncryptionScope=text(resource.inputs, "defaultEncryptionScope", "$account-encryption-key"),
            denyEncryptionScopeOverride=bool(resource.inputs.get("denyEncryptionScopeOverride")),
            hasImmutabilityPolicy=False,
            hasLegalHold=False,
            lastModifiedTime=resource.now,
        )

    async def remove(self, scope: Scope, record: Record) -> None:
        """Removes the container with its blobs."""
        await scope.azure.storage.delete_container(account_of(record.id), name_of(record.id))

    async def exists(self, scope: Scope, record: Record) -> bool:
        """Asks the blob service."""
        return await scope.azure.storage.container_exists(account_of(record.id), name_of(record.id))


class Table(Handler):
    """A table."""

    token = "azure-native:storage:Table"  # noqa: S105
    type = f"{ACCOUNT_TYPE}/tableServices/tables"
    path = IdTemplate(f"{ACCOUNT_PATH}/tableServices/default/tables/{{tableName}}")
    replay_order = 1

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        name = text(inputs, "tableName")
        if name and not _TABLE.fullmatch(name):
            yield Problem("tableName", f"{name!r} is not a table's name; 3 to 63 letters and digits, a letter first")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Makes the table and returns its outputs."""
        await scope.azure.storage.create_table(account_of(resource.id), resource.name)
        return self.answer(resource, tableName=resource.name)

    async def remove(self, scope: Scope, record: Record) -> None:
        """Removes the table with its entities."""
        await scope.azure.storage.delete_table(account_of(record.id), name_of(record.id))

    async def exists(self, scope: Scope, record: Record) -> bool:
        """Asks the table service."""
        return await scope.azure.storage.table_exists(account_of(record.id), name_of(record.id))


def _check_dashed(inputs: Mapping[str, Any], key: str, what: str) -> Iterator[Problem]:
    name = text(inputs, key)
    if name and not (3 <= len(name) <= 63 and _DASHED.fullmatch(name)):
        yield Problem(
            key,
            f"{name!r} is not {what}; 3 to 63 lower-case letters, digits and single '-' between them",
        )


HANDLERS: tuple[Handler, ...] = (Queue(), BlobContainer(), Table())
FUNCTIONS: dict[str, Function] = {}
