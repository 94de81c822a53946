"""The two blob containers, reached with the job's own identity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient, ContentSettings

from thumbnails.pictures import Thumbnail
from thumbnails.work import PhotoMissingError, StoreError

ONE_YEAR = "public, max-age=31536000, immutable"
"""A photo's name is never used again, so neither are its sizes'."""
MAX_PHOTO_BYTES = 50_000_000


def container(address: str) -> ContainerClient:
    """The container at `address`."""
    return ContainerClient.from_container_url(
        address, credential=DefaultAzureCredential(), retry_total=2, connection_timeout=10, read_timeout=30
    )


class BlobPhotos:
    """Photos in a container."""

    def __init__(self, client: ContainerClient) -> None:
        self._client = client

    def load(self, name: str) -> bytes:
        """The photo's bytes."""
        with _faults():
            stream = self._client.download_blob(name)
            if stream.size > MAX_PHOTO_BYTES:
                raise StoreError(f"holds {stream.size} bytes; expected at most {MAX_PHOTO_BYTES}")
            return stream.readall()


class BlobThumbs:
    """Sizes in a container, with their width and height as metadata for whoever lays out a page."""

    def __init__(self, client: ContainerClient) -> None:
        self._client = client

    def save(self, name: str, thumbnail: Thumbnail) -> None:
        """Store or replace the picture."""
        with _faults():
            self._client.upload_blob(
                name,
                thumbnail.content,
                overwrite=True,
                metadata={"width": str(thumbnail.width), "height": str(thumbnail.height)},
                content_settings=ContentSettings(content_type="image/webp", cache_control=ONE_YEAR),
            )


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except ResourceNotFoundError as error:
        if getattr(error, "error_code", None) == "BlobNotFound":
            raise PhotoMissingError from error
        raise StoreError(_reason(error)) from error
    except AzureError as error:
        raise StoreError(_reason(error)) from error


def _reason(error: AzureError) -> str:
    first_line = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first_line}"
