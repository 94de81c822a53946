"""The products table and the index's container in Azure, reached with the job's own identity."""

from __future__ import annotations

from collections.abc import Iterable

from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableClient
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient, ContentSettings

from catalogue_reindex.index import Row


def products(address: str) -> Iterable[Row]:
    """Every row of the table at `address`."""
    # The SDK's text allows a token credential here; its annotation leaves it out.
    client = TableClient.from_table_url(address, credential=DefaultAzureCredential())  # type: ignore[arg-type]
    return client.list_entities()


class BlobStore:
    """The container at an address."""

    def __init__(self, address: str) -> None:
        self._container = ContainerClient.from_container_url(address, credential=DefaultAzureCredential())

    def load(self, name: str) -> bytes | None:
        """A blob's content; None when it does not exist."""
        try:
            return self._container.download_blob(name).readall()
        except ResourceNotFoundError as error:
            if getattr(error, "error_code", None) == "BlobNotFound":
                return None
            raise

    def save(self, name: str, content: str) -> str:
        """Write or replace a blob; answers its address."""
        kind = ContentSettings(content_type="application/json")
        return str(self._container.upload_blob(name, content.encode(), overwrite=True, content_settings=kind).url)
