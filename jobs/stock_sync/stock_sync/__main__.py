"""The job's entry: read the feed, bring the table in line, say what changed.

Exit codes: 0 in line (bad rows are reported), 1 the feed or the tables cannot be used.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from stock_sync.changes import compare
from stock_sync.feed import FeedError, load
from stock_sync.tables import Table, apply


def sync(source: str, products: Table, movements: Table, *, now: datetime, out: TextIO, err: TextIO) -> None:
    """Bring `products` in line with the feed at `source`, write the movements, and report.

    Raises:
        FeedError: the feed cannot be used; the tables are as they were.
    """
    started = time.monotonic()
    feed = load(source)
    err.writelines(f"{problem}; the row was left out\n" for problem in feed.problems)
    changes = compare(products.list_entities(), feed, now)
    apply(changes, products, movements)
    out.writelines(f"{line}\n" for line in changes.report)
    skipped = f", {len(feed.problems)} bad rows left out" if feed.problems else ""
    out.write(f"{changes}{skipped} in {time.monotonic() - started:.2f} s\n")


def main(environment: Mapping[str, str]) -> int:
    """Run the job on the tables that the environment names; answers the exit code."""
    from azure.core.exceptions import AzureError

    try:
        products = _table(environment, "TABLE_PRODUCTS_URL")
        movements = _table(environment, "TABLE_STOCK_MOVEMENTS_URL")
        source = environment.get("FEED") or "feed.csv"
        sync(source, products, movements, now=datetime.now(UTC), out=sys.stdout, err=sys.stderr)
    except FeedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except AzureError as error:
        reason = str(error).partition("\n")[0]
        sys.stderr.write(f"tables: {type(error).__name__}: {reason}; nothing is lost, the next run goes on\n")
        return 1
    return 0


def _table(environment: Mapping[str, str], variable: str) -> Table:
    from azure.data.tables import TableClient
    from azure.identity import DefaultAzureCredential

    address = environment.get(variable, "")
    if not address:
        raise FeedError(f"{variable}: is not set; it is when job.yaml names the table under `uses`")
    # The SDK's text allows a token credential here; its annotation leaves it out.
    return TableClient.from_table_url(address, credential=DefaultAzureCredential())  # type: ignore[arg-type]


if __name__ == "__main__":
    raise SystemExit(main(os.environ))
