"""`oneplan timeline`: the shared plan's day as a chart of letters, as SVG or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oneplan.cli.exits import UsageError
from oneplan.cli.project import load_manifest
from oneplan.cli.schedules import checked_zone
from oneplan.cli.screen import done, warn
from oneplan.cli.styled import Line, Span, Style, cells, columns, fold, line, show, visible, width_of

if TYPE_CHECKING:
    from oneplan.manifest import Manifest
    from oneplan.timeline import Day, Row

_UNFOLDED = 120
_MOST_LANES = 40
_MOST_LINES = 8
_STYLES: dict[str, Style] = {"■": "cyan", "□": "yellow", "━": "dim", "─": "dim"}


def timeline(
    stack: str,
    *,
    date: str | None,
    svg_file: Path | None,
    takes: Sequence[str],
    measured: bool,
    every: bool,
    as_json: bool,
) -> None:
    """Prints a day of a stack's plan, and writes its drawing when asked."""
    from oneplan.timeline import day_of, svg

    manifest = load_manifest(stack)
    wanted = day_from(date, datetime.now(checked_zone(manifest.time_zone)).date())
    estimates = {**(_measured(manifest) if measured else {}), **_given(manifest, takes)}
    day = day_of(manifest, wanted, _cores(manifest), estimates)
    if svg_file is not None:
        title = f"{manifest.name}, {stack}: {wanted:%A} {wanted.day} {wanted:%B %Y}"
        svg_file.write_text(svg(day, title), encoding="utf-8")
        done(f"wrote {svg_file}")
    if as_json:
        print(json.dumps(document(day), indent=2))
    else:
        show(page(day, width_of(sys.stdout), most_lanes=len(day.rows) if every else _MOST_LANES), sys.stdout)


def day_from(text: str | None, today: date) -> date:
    """Returns the date that is meant; raises UsageError for what is none."""
    words = {None: 0, "today": 0, "tomorrow": 1}
    if text in words:
        return today + timedelta(days=words[text])
    try:
        day = date.fromisoformat(text or "")
    except ValueError as error:
        raise UsageError(f'--date: "{text}" is not a date; write one such as {today}, or today or tomorrow') from error
    if not 1900 <= day.year <= 9998:
        raise UsageError(f"--date: {day} is too far away; write a year from 1900 to 9998")
    return day


def _cores(manifest: Manifest) -> int:
    from oneplan.manifest.checks.sizes import size_of

    size = size_of(manifest.plan.sku)
    return (size.cores if size else 1) * manifest.plan.instances


def _given(manifest: Manifest, takes: Sequence[str]) -> dict[str, timedelta]:
    """What `--takes` says; raises UsageError for a job that is not there or a length that is none."""
    from ncrontab.normal import seconds

    found = {}
    for text in takes:
        job, _, written = text.partition("=")
        length = seconds(written)
        if job not in manifest.jobs:
            known = ", ".join(sorted(manifest.jobs)[:20]) or "none"
            raise UsageError(f'--takes: there is no job "{job}"; jobs are {known}')
        if length is None:
            raise UsageError(f'--takes: "{text}" has no length of time; write one such as {job}=2m')
        found[job] = timedelta(seconds=length)
    return found


def _measured(manifest: Manifest) -> dict[str, timedelta]:
    """How long the last run of each job took, as what is running tells."""
    from oneplan.operate import connect

    seen = connect(manifest).status()
    for problem in seen.problems:
        warn(problem)
    runs = {job.name: job.last_run for job in seen.jobs}
    return {name: run.end - run.start for name, run in runs.items() if run and run.start and run.end}


def page(day: Day, width: int | None, *, most_lanes: int) -> Iterator[Line]:
    """Yields the chart, then where jobs crowd and overlap, then what would spread them."""
    full = width or _UNFOLDED
    yield line(
        Span(f"{day.date:%A} {day.date.day} {day.date:%B %Y}", "bold"),
        f", {day.zone}, {day.cores} {'core' if day.cores == 1 else 'cores'}",
    )
    if not day.rows:
        yield line("no job starts by itself")
        return
    yield from _chart(day, full, most_lanes)
    for each in (*_crowds(day), *_overlaps(day), *_suggestions(day)):
        yield from fold(each, width, indent=2)


def _chart(day: Day, width: int, most_lanes: int) -> Iterator[Line]:
    from oneplan.timeline import bars, columns_for, hours

    shown = _most_telling(day, most_lanes)
    labels = min(max(len("starts at once"), *(cells(visible(row.job)) for row in shown)), max(width // 4, 14))
    wide = columns_for(width - labels - 2)
    yield line(Span(f"{'':{labels}}  {hours(day, wide)}", "dim"))
    for row in shown:
        yield _lane(day, row, labels, wide)
    if len(shown) < len(day.rows):
        yield line(Span(f"… and {len(day.rows) - len(shown)} more jobs; --all, --svg and --json have them", "dim"))
    found = bars(day, wide)
    pieces = [Span(bar.letter, "red" if bar.is_crowded else "green") for bar in found]
    yield line(Span(f"{'starts at once':{labels}}  ", "dim"), *pieces)
    yield line(
        Span(f"{'':{labels}}  ", "dim"),
        Span("■ starts  □ skipped if busy  ━ may still run  ─ all day  ", "dim"),
        Span(f"█ at most {max(bar.count for bar in found)} a minute", "dim"),
    )


def _most_telling(day: Day, most: int) -> Sequence[Row]:
    """The jobs in the day's order; where there are too many, those that are in the largest crowds."""
    from oneplan.timeline import crowds

    if len(day.rows) <= most:
        return day.rows
    crowded = list(dict.fromkeys(job for crowd in crowds(day) for job in crowd.jobs))
    first = set([*crowded, *(row.job for row in day.rows)][:most])
    return [row for row in day.rows if row.job in first][:most]


def _lane(day: Day, row: Row, labels: int, wide: int) -> Line:
    from oneplan.timeline import cells as cells_of

    name = visible(row.job)
    label = name if cells(name) <= labels else f"{name[: labels - 1]}…"
    pieces = [Span(cell.value, _STYLES.get(cell.value, "")) for cell in cells_of(day, row, wide)]
    return line(f"{label}{' ' * (labels - cells(label))}  ", *pieces)


def _crowds(day: Day) -> Iterator[Line]:
    from oneplan.timeline import crowds

    found = crowds(day)
    for crowd in found[:_MOST_LINES]:
        more = f" and {len(crowd.minutes) - 1} times more" if len(crowd.minutes) > 1 else ""
        yield line(
            Span("crowd ", "bold red"),
            f"{day.clock(crowd.minutes[0])}{more}: {len(crowd.jobs)} jobs start at once: {_listed(crowd.jobs)}",
        )
    if len(found) > _MOST_LINES:
        yield line(Span(f"… and {len(found) - _MOST_LINES} more crowds; --json has them", "dim"))


def _overlaps(day: Day) -> Iterator[Line]:
    from oneplan.timeline import overlaps

    found = overlaps(day)
    for each in found[:_MOST_LINES]:
        yield line(
            Span("overlap ", "bold yellow"),
            f"{visible(each.job)} may take {each.minutes} min and starts {_often(each.gap)}; "
            f"up to {each.skipped} starts of the day are skipped",
        )
    if len(found) > _MOST_LINES:
        yield line(Span(f"… and {len(found) - _MOST_LINES} more overlaps; --json has them", "dim"))


def _often(gap: int) -> str:
    return "every minute or more often" if gap == 1 else f"every {gap} min"


def _suggestions(day: Day) -> Iterator[Line]:
    from oneplan.timeline import spread

    found = spread(day)
    if not found.suggestions:
        return
    yield line(
        Span("spread ", "green"),
        f"at most {found.after} instead of {found.before} start at once with these triggers:",
    )
    rows = [
        (f"  {visible(each.job)}", f'cron: "{each.cron}"', Span(f"instead of {each.text}", "dim"))
        for each in found.suggestions[:_MOST_LINES]
    ]
    yield from columns(rows)
    if len(found.suggestions) > _MOST_LINES:
        yield line(Span(f"  … and {len(found.suggestions) - _MOST_LINES} more; --json has them", "dim"))


def _listed(jobs: Sequence[str]) -> str:
    shown = ", ".join(visible(job) for job in jobs[:_MOST_LINES])
    return shown if len(jobs) <= _MOST_LINES else f"{shown} and {len(jobs) - _MOST_LINES} more"


def document(day: Day) -> dict[str, Any]:
    """The day's JSON form; minutes count from `begin`."""
    from oneplan.timeline import crowds, overlaps, spread

    suggested = spread(day)
    return {
        "date": day.date.isoformat(),
        "zone": day.zone,
        "begin": day.begin.isoformat(),
        "minutes": day.length,
        "cores": day.cores,
        "jobs": [
            {
                "job": row.job,
                "app": row.app,
                "trigger": row.text,
                "schedule": row.schedule,
                "starts": list(row.starts),
                "takes": None if row.source == "unknown" else row.minutes,
                "takes_from": None if row.source == "unknown" else row.source,
            }
            for row in day.rows
        ],
        "crowds": [{"minutes": list(crowd.minutes), "jobs": list(crowd.jobs)} for crowd in crowds(day)],
        "overlaps": [
            {"job": each.job, "takes": each.minutes, "gap": each.gap, "skipped": each.skipped} for each in overlaps(day)
        ],
        "spread": {
            "before": suggested.before,
            "after": suggested.after,
            "suggestions": [
                {"job": each.job, "trigger": each.text, "cron": each.cron, "shift": each.shift}
                for each in suggested.suggestions
            ],
        },
    }
