"""Makes the jobs importable as their own folders make them, and the tables they write in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

JOBS = Path(__file__).parents[3] / "jobs"
sys.path[:0] = [str(folder.parent) for folder in sorted(JOBS.glob("*/job.yaml"))]


class MemoryTable:
    """A table with the two calls the jobs make, and the rules of a transaction."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.transactions: list[int] = []

    def list_entities(self) -> Iterable[Mapping[str, Any]]:
        return [dict(row) for row in self.rows.values()]

    def submit_transaction(self, operations: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]]) -> object:
        todo = list(operations)
        keys = {(row["PartitionKey"], row["RowKey"]) for _, row, _ in todo}
        assert len({partition for partition, _ in keys}) == 1
        assert len(keys) == len(todo) <= 100
        for kind, row, options in todo:
            assert (kind, options) == ("upsert", {"mode": "replace"})
            self.rows[row["PartitionKey"], row["RowKey"]] = dict(row)
        self.transactions.append(len(todo))
        return None


@pytest.fixture
def products() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def movements() -> MemoryTable:
    return MemoryTable()
