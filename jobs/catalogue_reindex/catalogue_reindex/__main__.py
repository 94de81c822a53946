"""The job's entry: read the products, build the index, write it unless it is a dry run.

Exit codes: 0 done, 1 a service or a setting is missing, or nothing matches, 2 wrong arguments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from catalogue_reindex.index import Row, build
from catalogue_reindex.options import Options, parse

INDEX = "search-index.json"


def reindex(options: Options, rows: Iterable[Row], save: Callable[[str, str], str], now: datetime) -> tuple[int, str]:
    """Build the index and, unless it is a dry run, `save` it; answers the exit code and what to print."""
    index = build(rows, options.selection, now)
    if not index.documents:
        return 1, "no watch matches; the index was left as it is"
    lines = [f"{document['id']} {document['brand']} {document['name']}" for document in index.documents]
    if options.dry_run:
        return 0, "\n".join([*lines, f"{index}; a dry run, nothing was written (--no-dry-run writes)"])
    return 0, "\n".join([*lines, str(index), save(INDEX, index.as_json())])


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run the job; answers the exit code."""
    options = parse(arguments)
    from azure.core.exceptions import AzureError

    try:
        code, text = reindex(options, _rows(environment), _saver(environment), datetime.now(UTC))
    except KeyError as error:
        sys.stderr.write(f"{error.args[0]}: is not set; it is when job.yaml names the resource under `uses`\n")
        return 1
    except AzureError as error:
        reason = str(error).partition("\n")[0]
        sys.stderr.write(f"storage: {type(error).__name__}: {reason}; the index was left as it is\n")
        return 1
    print(text)
    return code


def _rows(environment: Mapping[str, str]) -> Iterable[Row]:
    from azure.data.tables import TableClient
    from azure.identity import DefaultAzureCredential

    address = environment["TABLE_PRODUCTS_URL"]
    # The SDK's text allows a token credential here; its annotation leaves it out.
    client = TableClient.from_table_url(address, credential=DefaultAzureCredential())  # type: ignore[arg-type]
    return client.list_entities()


def _saver(environment: Mapping[str, str]) -> Callable[[str, str], str]:
    from azure.identity import DefaultAzureCredential
    from azure.storage.blob import ContainerClient, ContentSettings

    address = environment["CONTAINER_CATALOGUE_URL"]
    container = ContainerClient.from_container_url(address, credential=DefaultAzureCredential())

    def save(name: str, content: str) -> str:
        kind = ContentSettings(content_type="application/json")
        return str(container.upload_blob(name, content.encode(), overwrite=True, content_settings=kind).url)

    return save


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))
