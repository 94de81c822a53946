"""When the scheduled jobs of sound stacks run next, and that as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oneplan.cli.formats.found import NextRuns
from oneplan.cli.formats.text import in_stacks
from oneplan.cli.styled import Line, Span, columns, length, line, visible
from oneplan.cli.times import moment

if TYPE_CHECKING:
    from oneplan.manifest import Manifest

HOW_MANY = 3
MOST_ROWS = 20
"""Jobs in the table; `oneplan next` shows all."""


def next_runs(manifests: Mapping[str, Manifest], now: datetime) -> tuple[NextRuns, ...]:
    """Returns the next runs of every scheduled job that is switched on, soonest first.

    Args:
        manifests: By stack; a job that runs alike in several is there once.
        now: An aware time.
    """
    alike: dict[tuple[str, str, str, str], list[str]] = {}
    for stack, manifest in manifests.items():
        for job in manifest.jobs.values():
            if job.trigger.schedule and job.enabled:
                zone = job.trigger.time_zone or manifest.zone_of(job.app)
                key = (job.name, job.trigger.schedule, job.trigger.text, zone)
                alike.setdefault(key, []).append(stack)
    found = [_runs(key, stacks, manifests, now) for key, stacks in alike.items()]
    return tuple(sorted(found, key=lambda each: (each.runs[:1] == (), *each.runs[:1], each.job)))


def _runs(
    key: tuple[str, str, str, str], stacks: Sequence[str], manifests: Mapping[str, Manifest], now: datetime
) -> NextRuns:
    import ncrontab
    from ncrontab.words import words

    job, schedule, text, zone = key
    parsed = ncrontab.parse(schedule)
    shown = () if len(stacks) == len(manifests) else tuple(stacks)
    runs = ncrontab.occurrences(parsed, ZoneInfo(zone), now, HOW_MANY)
    return NextRuns(job, shown, schedule, text, words(parsed), zone, runs)


def table(found: Sequence[NextRuns], now: datetime, width: int | None) -> Iterator[Line]:
    """Yields the table, without the schedules' words where they do not fit."""
    if not found:
        return
    zones = list(dict.fromkeys(each.zone for each in found))
    shown = found[:MOST_ROWS]
    drawn = columns(list(_rows(shown, zones, now, with_words=True)))
    if width is not None and any(length(each) > width for each in drawn):
        drawn = columns(list(_rows(shown, zones, now, with_words=False)))
    yield from drawn
    if len(found) > MOST_ROWS:
        yield line(Span(f"… and {len(found) - MOST_ROWS} more; `oneplan next` shows all", "dim"))


def _rows(
    found: Iterable[NextRuns], zones: Sequence[str], now: datetime, *, with_words: bool
) -> Iterator[Sequence[str | Span]]:
    where = f" ({zones[0]})" if len(zones) == 1 else ""
    heads = ["JOB", *(["SCHEDULE"] if with_words else []), f"NEXT RUNS{where}"]
    yield [Span(head, "dim") for head in heads]
    for each in found:
        local = now.astimezone(ZoneInfo(each.zone))
        runs = [moment(run, local) for run in each.runs] or ["never"]
        name = visible(each.job) + in_stacks(each.stacks)
        zone = [] if where else [Span(each.zone, "dim")]
        yield [name, *([each.words] if with_words else []), *runs, *zone]
