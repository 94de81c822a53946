"""A summary as a page for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, tzinfo
from html import escape

from daily_summary.summary import Summary

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.55 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "h1{font:500 2rem Georgia,serif;margin-bottom:0}h2{font:500 1.25rem Georgia,serif;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #8884}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}.quiet{opacity:.7}"
)


def as_json(summary: Summary) -> str:
    """The summary as an indented JSON object."""
    values = {
        **asdict(summary),
        "since": summary.since.isoformat(),
        "until": summary.until.isoformat(),
        "into_stock": summary.into_stock,
        "out_of_stock": summary.out_of_stock,
    }
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def as_html(summary: Summary, zone: tzinfo) -> str:
    """The summary as one page that needs nothing else; times in the shop's zone."""
    title = f"Tempus, {summary.until.astimezone(zone):%A %d %B %Y}"
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>',
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">From {_time(summary.since, zone)} to {_time(summary.until, zone)}</p>',
        f"<p>{escape(str(summary))}.</p>",
        "<h2>Stock movements</h2>",
        _movements(summary),
        "<h2>Sold out</h2>",
        _list(summary.assortment.sold_out, "Nothing is sold out."),
        "<h2>Running low</h2>",
        _list(summary.assortment.low, "Nothing runs low."),
        f"<h2>Queue {escape(summary.queue.name)}</h2>",
        f"<p>{summary.queue.waiting} waiting, {summary.queue.poisoned} in the poison queue.</p>",
        _list(summary.queue.poisoned_photos, "No photo failed all its attempts."),
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _movements(summary: Summary) -> str:
    if not summary.movements:
        return "<p>No watch moved.</p>"
    head = '<tr><th>Watch<th>Reference<th class="n">In<th class="n">Out<th class="n">Now</tr>'
    rows = "".join(
        f"<tr><td>{escape(movement.brand)} {escape(movement.name)}<td>{escape(movement.sku)}"
        f'<td class="n">{movement.into_stock}<td class="n">{movement.out_of_stock}<td class="n">{movement.now}</tr>'
        for movement in summary.movements
    )
    return f"<table>{head}{rows}</table>"


def _list(items: Iterable[str], otherwise: str) -> str:
    entries = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{entries}</ul>" if entries else f"<p>{otherwise}</p>"


def _time(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d %B %Y, %H:%M}"
