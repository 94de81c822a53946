"""Blobs that a program uploads."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.resources.errors import bad_request
from emulator.resources.handler import Function, Handler, Resource, Scope
from emulator.resources.ids import IdTemplate, name_of, parent_of
from emulator.resources.storage_account import ACCOUNT_PATH, ACCOUNT_TYPE, require_account, require_shared_key
from emulator.resources.storage_content import account_of
from emulator.resources.values import Archive, Asset, text
from emulator.store import Record

_DEFAULT_TYPE = "application/octet-stream"


class Blob(Handler):
    """A blob. azure-native signs its upload with the account's key, so the account must allow shared keys."""

    token = "azure-native:storage:Blob"  # noqa: S105
    type = f"{ACCOUNT_TYPE}/blobServices/containers/blobs"
    path = IdTemplate(f"{ACCOUNT_PATH}/blobServices/default/containers/{{containerName}}/blobs/{{blobName}}")
    force_new = frozenset({"source", "contentMd5", "type"})

    def parent(self, id: str) -> str:
        """Returns the container's id; a blob's own name may hold slashes."""
        return id.partition("/blobs/")[0]

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Uploads the blob and returns its outputs."""
        container = self.parent(resource.id)
        account = require_account(scope, parent_of(container) or "")
        require_shared_key(account)
        content = read_asset(resource.inputs.get("source"), scope.root)
        content_type = text(resource.inputs, "contentType") or _DEFAULT_TYPE
        metadata = dict(resource.inputs.get("metadata") or {})
        url = await scope.azure.storage.upload_blob(
            name_of(account.id),
            name_of(container),
            blob_name(resource.inputs),
            content,
            content_type,
            metadata,
        )
        return {
            "name": blob_name(resource.inputs),
            "accessTier": text(resource.inputs, "accessTier", "Hot"),
            "contentMd5": text(resource.inputs, "contentMd5") or _md5(content),
            "contentType": content_type,
            "metadata": metadata,
            "type": text(resource.inputs, "type", "Block"),
            "url": url,
        }

    async def remove(self, scope: Scope, record: Record) -> None:
        """Removes the blob."""
        container = self.parent(record.id)
        await scope.azure.storage.delete_blob(account_of(container), name_of(container), blob_name(record.inputs))

    async def exists(self, scope: Scope, record: Record) -> bool:
        """Asks the blob service."""
        container = self.parent(record.id)
        return await scope.azure.storage.blob_exists(
            account_of(container), name_of(container), blob_name(record.inputs)
        )


def blob_name(inputs: Mapping[str, Any]) -> str:
    """Returns the blob's name, which may hold slashes."""
    return text(inputs, "blobName")


def read_asset(source: Any, root: Path) -> bytes | Path:
    """Returns an asset's content, or where it stands; a relative path counts from the project's folder.

    Raises:
        AzureError: it has no content, is not a file, or stands elsewhere than on this machine.
    """
    match source:
        case None:
            return b""
        case Asset(text=str(content)):
            return content.encode()
        case Asset(path=str(path)) | Archive(path=str(path)):
            file = root / path
            if not file.is_file():
                raise bad_request(f"source: {file} is not a file; build it before `pulumi up`")
            return file
        case _:
            raise bad_request(
                "source: only text and files on this machine can be uploaded here; use FileAsset or StringAsset"
            )


def _md5(content: bytes | Path) -> str:
    # Azure's Content-MD5, a checksum for transport.
    digest = hashlib.md5(usedforsecurity=False)
    if isinstance(content, bytes):
        digest.update(content)
    else:
        with content.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return base64.b64encode(digest.digest()).decode()


HANDLERS: tuple[Handler, ...] = (Blob(),)
FUNCTIONS: dict[str, Function] = {}
