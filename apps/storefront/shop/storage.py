"""Photos, sizes and messages in Azure Storage, reached with the site's own identity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient, ContentSettings
from azure.storage.queue import QueueClient

from shop.photos import Kind, Picture, StorageUnavailableError, StoredThumb

PATIENCE: dict[str, Any] = {"retry_total": 1, "connection_timeout": 5, "read_timeout": 20}
"""A visitor waits: one retry, short time-outs."""


class BlobPhotos:
    """The photos container."""

    def __init__(self, address: str, credential: DefaultAzureCredential) -> None:
        self._client = ContainerClient.from_container_url(address, credential=credential, **PATIENCE)

    def save(self, name: str, content: bytes, kind: Kind) -> None:
        """Keep a new photo; an existing name is never written over."""
        with _faults("photos"):
            self._client.upload_blob(name, content, content_settings=ContentSettings(content_type=kind.content_type))

    def delete(self, name: str) -> None:
        """Remove a photo."""
        with _faults("photos"):
            try:
                self._client.delete_blob(name)
            except ResourceNotFoundError:
                return


class BlobThumbs:
    """The thumbs container, read only."""

    def __init__(self, address: str, credential: DefaultAzureCredential) -> None:
        self._client = ContainerClient.from_container_url(address, credential=credential, **PATIENCE)

    def list(self, prefix: str) -> Iterable[StoredThumb]:
        """The sizes whose names begin with `prefix`, with their width and height."""
        with _faults("thumbs"):
            blobs = list(self._client.list_blobs(name_starts_with=prefix or None, include=["metadata"]))
        return [_thumb(blob.name, blob.metadata or {}) for blob in blobs]

    def open(self, name: str) -> Picture | None:
        """A size's content as a stream."""
        with _faults("thumbs"):
            try:
                stream = self._client.download_blob(name)
            except ResourceNotFoundError:
                return None
        return Picture(stream.chunks(), stream.size, stream.properties.etag.strip('"'))


class QueueAnnouncer:
    """The thumbnails queue, written to. Its messages are plain JSON text."""

    def __init__(self, address: str, credential: DefaultAzureCredential) -> None:
        self._client = QueueClient.from_queue_url(address, credential=credential, **PATIENCE)

    def announce(self, blob: str, product: str) -> None:
        """Put one message on the queue."""
        with _faults("queue"):
            self._client.send_message(json.dumps({"blob": blob, "product": product}))


def _thumb(name: str, metadata: dict[str, str]) -> StoredThumb:
    width, height = metadata.get("width", ""), metadata.get("height", "")
    return StoredThumb(name, int(width) if width.isdigit() else 0, int(height) if height.isdigit() else 0)


@contextmanager
def _faults(where: str) -> Iterator[None]:
    try:
        yield
    except AzureError as error:
        first_line = str(error).partition("\n")[0]
        raise StorageUnavailableError(f"{where}: {type(error).__name__}: {first_line}") from error
