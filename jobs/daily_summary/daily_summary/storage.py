"""The queue, tables and container in Azure, reached with the job's own identity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableClient
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient, ContentSettings
from azure.storage.queue import QueueClient

from daily_summary.summary import QueueState, Row

LATEST = "latest.json"
"""The last report once more, so that the next one knows where to begin."""
POISON_SHOWN = 10
CONTENT_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}


class AzureSources:
    """What a report is made from, and where it goes."""

    def __init__(self, environment: Mapping[str, str], credential: DefaultAzureCredential) -> None:
        """Raises KeyError with the name of a variable that is not set."""
        self._queue = QueueClient.from_queue_url(environment["QUEUE_THUMBNAILS_URL"], credential=credential)
        self._poison = QueueClient.from_queue_url(environment["QUEUE_THUMBNAILS_POISON_URL"], credential=credential)
        # The SDK's text allows a token credential for tables; its annotation leaves it out.
        token: Any = credential
        self._products = TableClient.from_table_url(environment["TABLE_PRODUCTS_URL"], credential=token)
        self._movements = TableClient.from_table_url(environment["TABLE_STOCK_MOVEMENTS_URL"], credential=token)
        self._reports = ContainerClient.from_container_url(environment["CONTAINER_REPORTS_URL"], credential=credential)

    def queue(self) -> QueueState:
        """The queue's counts, and what lies first in its poison queue. Looking takes nothing out."""
        poisoned = self._poison.get_queue_properties().approximate_message_count or 0
        shown = self._poison.peek_messages(max_messages=POISON_SHOWN) if poisoned else []
        return QueueState(
            name=self._queue.queue_name,
            waiting=self._queue.get_queue_properties().approximate_message_count or 0,
            poisoned=poisoned,
            poisoned_photos=tuple(_photo(message.content) for message in shown),
        )

    def products(self) -> Iterable[Row]:
        """Every row of the products table."""
        return self._products.list_entities()

    def movements(self, since: datetime, until: datetime) -> Iterable[Row]:
        """The movement rows of the days that the period touches; their partitions are days in UTC."""
        days = {"first": f"{since.astimezone(UTC):%Y-%m-%d}", "last": f"{until.astimezone(UTC):%Y-%m-%d}"}
        return self._movements.query_entities("PartitionKey ge @first and PartitionKey le @last", parameters=days)

    def last_until(self) -> datetime | None:
        """Where the last report ended; None before the first."""
        try:
            content = self._reports.download_blob(LATEST).readall()
        except ResourceNotFoundError as error:
            if getattr(error, "error_code", None) == "BlobNotFound":
                return None
            raise
        try:
            return datetime.fromisoformat(json.loads(content)["until"])
        except (ValueError, KeyError, TypeError):
            return None  # somebody edited it: begin with yesterday again

    def save(self, name: str, content: str) -> str:
        """Store a report; answers its address."""
        kind = ContentSettings(content_type=CONTENT_TYPES[name.rpartition(".")[2]])
        blob = self._reports.upload_blob(name, content.encode(), overwrite=True, content_settings=kind)
        return str(blob.url)


def _photo(body: str) -> str:
    try:
        return str(json.loads(body)["blob"])
    except (ValueError, KeyError, TypeError):
        return f"a message of {len(body)} characters that names no photo"
