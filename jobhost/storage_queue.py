"""Azure Queue Storage behind the host's `Queue`. Only here is the Azure SDK for queues imported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.queue import LinearRetry, QueueClient
from requests.utils import get_environ_proxies

from jobhost.error_codes import error_code
from jobhost.errors import LeaseLost, QueueError
from jobhost.queues import FOREVER, Received

LOST_CODES = frozenset({"MessageNotFound", "PopReceiptMismatch"})
REQUEST_SECONDS = 10
MOST_CONNECTIONS = 64
"""Kept open for the next call. The SDK keeps ten, and more threads than that would connect anew for each call."""


def _opened(make: Callable[..., QueueClient]) -> QueueClient:
    """A client with few, quick retries and short time-outs, as the host has its own; and connections for many threads.

    By itself the SDK waits 15 s before it tries again: longer than a stop may take, and than a queue is left alone.
    What the environment says of proxies and certificates is read once, as `requests` would read it for each call:
    that was a sixth of a call's time.
    """
    transport = RequestsTransport(
        connection_timeout=REQUEST_SECONDS,
        read_timeout=REQUEST_SECONDS,
        connection_verify=os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True,
        use_env_settings=False,
    )
    client = make(retry_policy=LinearRetry(backoff=1, retry_total=2, random_jitter_range=1), transport=transport)
    transport.open()
    session: Any = transport.session
    session.proxies.update(get_environ_proxies(client.url))
    for adapter in session.adapters.values():
        adapter.init_poolmanager(MOST_CONNECTIONS, MOST_CONNECTIONS)
    return client


class StorageQueue:
    """A queue at an address, read with the identity that the environment offers."""

    def __init__(self, client: QueueClient) -> None:
        self._client = client

    @classmethod
    def from_url(cls, url: str, credential: Any = None) -> StorageQueue:
        """The queue at `url`, for example `https://account.queue.core.windows.net/thumbnails`."""
        if credential is None:
            from azure.identity import DefaultAzureCredential

            credential = DefaultAzureCredential()
        return cls(_opened(partial(QueueClient.from_queue_url, url, credential=credential)))

    @classmethod
    def from_connection_string(cls, text: str, name: str) -> StorageQueue:
        """The queue `name` of the account that the connection string `text` opens."""
        return cls(_opened(partial(QueueClient.from_connection_string, text, name)))

    @property
    def name(self) -> str:
        """The queue's name in the account."""
        return self._client.queue_name

    def receive(self, count: int, lease: timedelta) -> list[Received]:
        """One page of messages. The SDK's plain iterator would go on asking until the queue is empty."""
        with _faults(self.name):
            pages = self._client.receive_messages(messages_per_page=count, visibility_timeout=_seconds(lease)).by_page()
            messages = list(next(pages, ()))
        return [
            Received(
                id=message.id,
                receipt=message.pop_receipt or "",
                body=message.content,
                attempt=message.dequeue_count or 1,
                enqueued=message.inserted_on or datetime.now(UTC),
                expires=message.expires_on,
            )
            for message in messages
        ]

    def extend(self, id: str, receipt: str, delay: timedelta) -> str:
        """Renew by id: the form that sends no body leaves the content alone."""
        with _faults(self.name):
            updated = self._client.update_message(id, pop_receipt=receipt, visibility_timeout=_seconds(delay))
        return updated.pop_receipt or receipt

    def delete(self, id: str, receipt: str) -> None:
        """Remove the message."""
        with _faults(self.name):
            self._client.delete_message(id, receipt)

    def send(self, body: str, *, ttl: timedelta | None = None, delay: timedelta = timedelta(0)) -> None:
        """Append a message."""
        with _faults(self.name):
            self._client.send_message(
                body, time_to_live=None if ttl is None else _time_to_live(ttl), visibility_timeout=_seconds(delay)
            )

    def create(self) -> None:
        """Make the queue; nothing happens when it is there."""
        with _faults(self.name):
            try:
                self._client.create_queue()
            except ResourceExistsError:
                return


@contextmanager
def _faults(queue: str) -> Iterator[None]:
    """Give the SDK's errors the host's names."""
    try:
        yield
    except HttpResponseError as error:
        code = error_code(error)
        if code in LOST_CODES or (isinstance(error, ResourceNotFoundError) and code != "QueueNotFound"):
            raise LeaseLost(f"{queue}: {code}") from error
        raise QueueError(
            f"{queue}: the service answered {error.status_code} {code}", status=error.status_code
        ) from error
    except AzureError as error:
        raise QueueError(f"{queue}: {type(error).__name__}: {_first_line(error)}") from error
    except Exception as error:  # clients and credentials let others through, and none may end the host
        raise QueueError(f"{queue}: {type(error).__name__}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _time_to_live(ttl: timedelta) -> int:
    return -1 if ttl == FOREVER else max(1, round(ttl.total_seconds()))


def _seconds(delay: timedelta) -> int:
    return max(0, round(delay.total_seconds()))
