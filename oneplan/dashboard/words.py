"""Times, lengths and states as the pages write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oneplan.operate import Run
from oneplan.operate.occurrences import schedule_words as schedule

__all__ = ["ICONS", "clock", "length", "schedule", "strip", "took"]

ICONS = {
    "ok": "✓",
    "running": "▶",
    "idle": "○",
    "due": "◔",
    "late": "◷",
    "failed": "✕",
    "stuck": "⧗",
    "stopped": "■",
    "starting": "…",
}
"""A state is told by a word, a sign and a colour, never by colour alone."""


def clock(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Returns a time of the owner's zone, with its day where it is not today."""
    if at is None:
        return "–"
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M:%S}"
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


def length(of: timedelta | None) -> str:
    """Returns how long something took: `0.8 s`, `42 s`, `3 min 05 s`, `2 h 10 min`."""
    if of is None:
        return "–"
    seconds = of.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{hours // 24} days"


def took(run: Run) -> str:
    """Returns how long a run took."""
    return length(run.end - run.start) if run.start and run.end else "–"


def strip(runs: tuple[Run, ...]) -> str:
    """Returns what a strip of runs says, for those who cannot see it."""
    if not runs:
        return "no runs yet"
    good = sum(run.status == "Success" for run in runs)
    bad = sum(run.is_finished and run.status != "Success" for run in runs)
    return f"of the last {len(runs)} runs {good} were good and {bad} failed"
