"""Where a host's queues and blobs are: addresses with the site's identity, or one connection string."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from jobhost.errors import StartError
from jobhost.settings import CONNECTION, service_url

if TYPE_CHECKING:
    from jobhost.blobs import Blobs
    from jobhost.queues import Queue

T = TypeVar("T")

CONTAINER = "jobhost"
BLOBS_URL = "CONTAINER_JOBHOST_URL"


class Storage(Protocol):
    """Opens what functions read and write."""

    def queue(self, address: str) -> Queue:
        """The queue at an address, or of that name."""

    def blobs(self) -> Blobs:
        """The container for locks and timers; raises StartError when the environment names none."""


class AzureStorage:
    """Azure Storage as the environment describes it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._queues: dict[str, Queue] = {}

    def queue(self, address: str) -> Queue:
        """The queue at an https address, or of that name under the connection string; the same object each time."""
        from jobhost.storage_queue import StorageQueue

        if address not in self._queues:
            self._queues[address] = (
                StorageQueue.from_url(address)
                if "://" in address
                else self._opened(lambda text: StorageQueue.from_connection_string(text, address))
            )
        return self._queues[address]

    def blobs(self) -> Blobs:
        """The container `jobhost`."""
        url = self._environment.get(BLOBS_URL) or self._container_url()
        if not url and not self._environment.get(CONNECTION):
            raise StartError(
                f"{BLOBS_URL}: is not set, and timers and singletons need it; it is when oneplan.yaml has a container "
                f"`{CONTAINER}` and job.yaml says `uses: {{{CONTAINER}: write}}`"
            )
        from jobhost.storage_blobs import StorageBlobs

        if url:
            return StorageBlobs.from_url(url)
        return self._opened(lambda text: StorageBlobs.from_connection_string(text, CONTAINER))

    def _container_url(self) -> str | None:
        service = None if self._environment.get(CONNECTION) else service_url("blob", self._environment)
        return service and f"{service}/{CONTAINER}"

    def _opened(self, open_with: Callable[[str], T]) -> T:
        try:
            return open_with(self._environment[CONNECTION])
        except (ValueError, KeyError) as error:  # never with the text: it holds a key
            raise StartError(
                f"{CONNECTION}: is not a connection string; expected one as the portal shows it"
            ) from error
