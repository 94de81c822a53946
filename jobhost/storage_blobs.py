"""A container of Azure Blob Storage behind the host's `Blobs`. Only here is the Azure SDK for blobs imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobLeaseClient, ContainerClient, LinearRetry

from jobhost.error_codes import error_code
from jobhost.errors import LeaseLost, QueueError

CLIENT_OPTIONS: dict[str, Any] = {
    "retry_policy": LinearRetry(backoff=1, retry_total=1, random_jitter_range=1),
    "connection_timeout": 5,
    "read_timeout": 5,
}
"""Short, so that a renewal is tried again before the lease ends: by itself the SDK waits 15 s, as long as a lease."""


class StorageBlobs:
    """Locks and small texts in a container that is made when it is first missed."""

    def __init__(self, client: ContainerClient) -> None:
        self._client = client

    @classmethod
    def from_url(cls, url: str, credential: Any = None) -> StorageBlobs:
        """The container at `url`."""
        if credential is None:
            from azure.identity import DefaultAzureCredential

            credential = DefaultAzureCredential()
        return cls(ContainerClient.from_container_url(url, credential=credential, **CLIENT_OPTIONS))

    @classmethod
    def from_connection_string(cls, text: str, name: str) -> StorageBlobs:
        """The container `name` of the account that the connection string `text` opens."""
        return cls(ContainerClient.from_connection_string(text, name, **CLIENT_OPTIONS))

    def acquire(self, name: str, seconds: int) -> str | None:
        """A lease on the blob; None while somebody else has it."""
        with _faults(name):
            try:
                return self._leased(name, seconds)
            except ResourceNotFoundError:
                self._make(name)
                return self._leased(name, seconds)

    def _leased(self, name: str, seconds: int) -> str | None:
        try:
            return self._client.get_blob_client(name).acquire_lease(lease_duration=seconds).id
        except ResourceExistsError:  # 409 LeaseAlreadyPresent
            return None

    def _make(self, name: str) -> None:
        """An empty blob; the container too, where it is missing and the identity may."""
        try:
            self._client.upload_blob(name, b"", overwrite=False)
        except ResourceExistsError:
            return
        except ResourceNotFoundError:
            self._client.create_container()
            self._client.upload_blob(name, b"", overwrite=False)

    def renew(self, name: str, lease: str) -> None:
        """Keep the lease."""
        with _faults(name):
            BlobLeaseClient(self._client.get_blob_client(name), lease_id=lease).renew()

    def release(self, name: str, lease: str) -> None:
        """Give the lease back."""
        with _faults(name):
            try:
                BlobLeaseClient(self._client.get_blob_client(name), lease_id=lease).release()
            except (ResourceExistsError, ResourceNotFoundError):
                return

    def read(self, name: str) -> str | None:
        """The blob's text; None when there is none."""
        with _faults(name):
            try:
                return self._client.download_blob(name).readall().decode("utf-8", "replace")
            except ResourceNotFoundError:
                return None

    def write(self, name: str, text: str) -> None:
        """Store the text."""
        with _faults(name):
            try:
                self._client.upload_blob(name, text.encode(), overwrite=True)
            except ResourceNotFoundError:
                self._client.create_container()
                self._client.upload_blob(name, text.encode(), overwrite=True)


@contextmanager
def _faults(name: str) -> Iterator[None]:
    """Give the SDK's errors the host's names."""
    try:
        yield
    except (ResourceExistsError, ResourceNotFoundError) as error:
        raise LeaseLost(f"{name}: {error_code(error)}", status=error.status_code) from error
    except HttpResponseError as error:
        raise QueueError(
            f"{name}: the service answered {error.status_code} {error_code(error)}", status=error.status_code
        ) from error
    except AzureError as error:
        first_line = str(error).strip().partition("\n")[0]
        raise QueueError(f"{name}: {type(error).__name__}: {first_line}") from error
    except Exception as error:  # clients and credentials let others through, and none may end the host
        raise QueueError(f"{name}: {type(error).__name__}") from error
