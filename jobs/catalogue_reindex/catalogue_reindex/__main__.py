"""The job's entry: read the products, build the index, write it unless it is a dry run.

Exit codes: 0 done, 1 a service or a setting is missing, or nothing matches, 2 wrong arguments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from catalogue_reindex.index import Row, build, documents_in
from catalogue_reindex.options import Options, parse

INDEX = "search-index.json"


class Store(Protocol):
    """The container of the index."""

    def load(self, name: str) -> bytes | None:
        """What was saved under `name`; None when nothing was."""

    def save(self, name: str, content: str) -> str:
        """Write or replace; answers the address."""


def reindex(options: Options, rows: Iterable[Row], store: Store, now: datetime) -> tuple[int, str]:
    """Build the index and, unless it is a dry run, save it; answers the exit code and what to print."""
    index = build(rows, options.selection, documents_in(store.load(INDEX)), now)
    if not index.renewed:
        return 1, "no watch matches; the index was left as it is"
    lines = [f"{document['id']} {document['brand']} {document['name']}" for document in index.renewed]
    if options.dry_run:
        return 0, "\n".join([*lines, f"{index}; a dry run, nothing was written (--no-dry-run writes)"])
    return 0, "\n".join([*lines, str(index), store.save(INDEX, index.as_json())])


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run the job; answers the exit code."""
    options = parse(arguments)
    from azure.core.exceptions import AzureError

    from catalogue_reindex.storage import BlobStore, products

    try:
        rows = products(environment["TABLE_PRODUCTS_URL"])
        code, text = reindex(options, rows, BlobStore(environment["CONTAINER_CATALOGUE_URL"]), datetime.now(UTC))
    except KeyError as error:
        sys.stderr.write(f"{error.args[0]}: is not set; it is when job.yaml names the resource under `uses`\n")
        return 1
    except AzureError as error:
        reason = str(error).partition("\n")[0]
        sys.stderr.write(f"storage: {type(error).__name__}: {reason}; the index was left as it is\n")
        return 1
    print(text)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))
