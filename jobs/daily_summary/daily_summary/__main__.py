"""The job's entry: read, summarise, store the report, print where it is.

Exit codes: 0 done, 1 a service or a setting is missing; the next run covers the same period.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daily_summary.report import as_html, as_json
from daily_summary.summary import QueueState, Row, Summary, assortment, movements_between, period_start

WRITING = timedelta(seconds=2)
"""How long a sync takes, at most, from the time it stamps on a movement until the row can be read."""


class Sources(Protocol):
    """What a report is made from, and where it goes."""

    def queue(self) -> QueueState:
        """The queue's counts."""

    def products(self) -> Iterable[Row]:
        """Every row of the products table."""

    def movements(self, since: datetime, until: datetime) -> Iterable[Row]:
        """At least the movement rows of the period."""

    def last_until(self) -> datetime | None:
        """Where the last report ended."""

    def save(self, name: str, content: str) -> str:
        """Store a report; answers its address."""


def summarise(sources: Sources, now: datetime, zone: tzinfo) -> tuple[Summary, str]:
    """Make the report up to `now`, less the seconds a sync may still be writing; answers it and its page's address.

    The pointer `latest.json` is written last: a run that dies before leaves the period to the next run.
    """
    until = now - WRITING
    since = period_start(sources.last_until(), until, zone)
    summary = Summary(
        since=since,
        until=until,
        queue=sources.queue(),
        movements=movements_between(sources.movements(since, until), since, until),
        assortment=assortment(sources.products()),
    )
    name = f"daily/{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    content = as_json(summary)
    sources.save(f"{name}.json", content)
    address = sources.save(f"{name}.html", as_html(summary, zone))
    sources.save("latest.json", content)
    return summary, address


def zone_of(environment: Mapping[str, str]) -> tzinfo:
    """The zone that App Service gives the site; UTC when it gives none that Python knows."""
    try:
        return ZoneInfo(environment.get("WEBSITE_TIME_ZONE") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def main(environment: Mapping[str, str]) -> int:
    """Run the job; answers the exit code."""
    from azure.core.exceptions import AzureError
    from azure.identity import DefaultAzureCredential

    from daily_summary.storage import AzureSources

    try:
        sources = AzureSources(environment, DefaultAzureCredential())
        summary, address = summarise(sources, datetime.now(UTC), zone_of(environment))
    except KeyError as error:
        sys.stderr.write(f"{error.args[0]}: is not set; it is when job.yaml names the resource under `uses`\n")
        return 1
    except AzureError as error:
        reason = str(error).partition("\n")[0]
        sys.stderr.write(f"storage: {type(error).__name__}: {reason}; the next run covers the same period\n")
        return 1
    print(summary)
    print(address)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(os.environ))
