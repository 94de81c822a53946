"""Writes rows to Azure Tables: one transaction for at most a hundred rows of one partition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Protocol

from stock_sync.changes import Changes, Row

ROWS_PER_TRANSACTION = 100
"""Azure's limit for an entity group transaction."""

Operation = tuple[str, Mapping[str, Any], Mapping[str, Any]]


class Table(Protocol):
    """What the job needs of a table; `azure.data.tables.TableClient` has it."""

    def list_entities(self) -> Iterable[Row]:
        """Every row."""

    def submit_transaction(self, operations: Iterable[Operation]) -> object:
        """Do all operations, which share a partition, or none."""


def apply(changes: Changes, products: Table, movements: Table) -> None:
    """Write the movements, then the products.

    In this order a run that dies in between is repaired by the next one: it finds the same difference and
    writes the same movement rows over the first ones.
    """
    write(movements, changes.movements)
    write(products, changes.products)


def write(table: Table, rows: Iterable[Row]) -> None:
    """Insert or replace `rows`, in as few transactions as the service allows."""
    for batch in batches(rows):
        table.submit_transaction([("upsert", row, {"mode": "replace"}) for row in batch])


def batches(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """The rows in groups of one partition, each small enough for a transaction."""

    def partition(row: Row) -> str:
        return str(row["PartitionKey"])

    for _, group in groupby(sorted(rows, key=partition), key=partition):
        members = list(group)
        for start in range(0, len(members), ROWS_PER_TRANSACTION):
            yield members[start : start + ROWS_PER_TRANSACTION]
