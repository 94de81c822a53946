"""The products table in Azure, read with the site's own identity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from azure.core.exceptions import AzureError
from azure.data.tables import TableClient
from azure.identity import DefaultAzureCredential

from products.catalogue import TableUnavailableError

ANSWER_SECONDS = 5
COLUMNS = ["PartitionKey", "RowKey", "name", "brand", "price_cents", "stock", "updated", "discontinued"]


class ProductTable:
    """The table at an address."""

    def __init__(self, address: str) -> None:
        # The SDK's text allows a token credential here; its annotation leaves it out.
        self._client = TableClient.from_table_url(
            address,
            credential=DefaultAzureCredential(),  # type: ignore[arg-type]
            retry_total=1,
            connection_timeout=ANSWER_SECONDS,
            read_timeout=ANSWER_SECONDS,
        )

    def rows(self) -> Iterable[Mapping[str, Any]]:
        """Every row."""
        return _all(lambda: self._client.list_entities(select=COLUMNS))

    def rows_of(self, sku: str) -> Iterable[Mapping[str, Any]]:
        """The rows with that key, over all brands."""
        return _all(lambda: self._client.query_entities("RowKey eq @sku", parameters={"sku": sku}, select=COLUMNS))


def _all(query: Callable[[], Iterable[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    try:
        return list(query())
    except AzureError as error:
        reason = str(error).partition("\n")[0]
        raise TableUnavailableError(f"products table: {type(error).__name__}: {reason}") from error
