"""Times, lengths and states as the pages write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from oneplan import spans
from oneplan.dashboard.load import Load
from oneplan.manifest import Effective, secretive
from oneplan.operate import Run
from oneplan.operate.occurrences import schedule_words

MOST_TROUBLE = 12
"""Lines of a kind under what needs attention."""

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
    "drift": "≠",
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
    """Returns how long something took or may take; a dash where nothing is known."""
    return "–" if of is None else spans.told(of)


def took(run: Run) -> str:
    """Returns how long a run took."""
    return length(run.end - run.start) if run.start and run.end else "–"


def strip(runs: Sequence[Run]) -> str:
    """Returns what a strip of runs says, for those who cannot see it."""
    if not runs:
        return "no runs yet"
    good = sum(run.status == "Success" for run in runs)
    bad = sum(run.is_finished and run.status != "Success" for run in runs)
    if len(runs) == 1:
        return f"one run, which {'was good' if good else 'failed' if bad else 'goes on'}"
    return f"of the last {len(runs)} runs {good} were good and {bad} failed"


def schedule(text: str | None) -> str:
    """Returns a schedule in plain English; empty without one."""
    return schedule_words(text)


def usual(runs: Sequence[Run]) -> str:
    """Returns how long good runs take, in the middle and at most."""
    taken = sorted(run.end - run.start for run in runs if run.status == "Success" and run.start and run.end)
    if not taken:
        return "no good run yet"
    return f"{length(taken[len(taken) // 2])} as a rule, {length(taken[-1])} at most"


def share(run: Run, runs: Sequence[Run]) -> int:
    """Returns how long a run took, in percent of the longest, at least 2 so that it can be seen."""
    taken = [one.end - one.start for one in runs if one.start and one.end]
    longest = max(taken, default=timedelta())
    if run.start is None or run.end is None or not longest:
        return 2
    return max(2, round(100 * ((run.end - run.start) / longest)))


def shown(setting: Effective) -> str:
    """Returns a setting's value; dots for what is secret or is named like it."""
    is_secret = "secrets" in setting.path or ("env" in setting.path and secretive.is_secret_name(str(setting.path[-1])))
    return "••••" if is_secret else secretive.masked(setting.text)


def size(of: int) -> str:
    """Returns bytes as `84 MB` or `1.2 GB`."""
    megabytes = of / 1024**2
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1024:.1f} GB"


def heaviest(loads: Sequence[Load]) -> list[Load]:
    """Returns who uses most, at most twelve."""
    return sorted(loads, key=lambda one: (-(one.cpu or 0), -one.memory))[:12]


def together(loads: Sequence[Load]) -> str:
    """Returns the sum of all loads."""
    known = [one.cpu for one in loads if one.cpu is not None]
    cpu = f"{sum(known):.0f} % of one processor core and " if known else ""
    return f"{cpu}{size(sum(one.memory for one in loads))} of memory"


def ticks(text: str) -> Markup:
    """Returns a message as HTML in which `…` is code."""
    pieces = [escape(piece) for piece in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(pieces))
