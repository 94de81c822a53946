"""What a trigger says, in words and times, read from effective values alone: also where the manifest has faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from oneplan.cli.styled import Line, Span, line
from oneplan.cli.times import moment

if TYPE_CHECKING:
    from ncrontab import Schedule
    from oneplan.manifest import Effective

HOW_MANY = 3


@dataclass(frozen=True, slots=True)
class Timing:
    """When a job runs next."""

    zone: str
    runs: tuple[datetime, ...]
    now: datetime


def words_of(value: Effective) -> str:
    """Returns a schedule in plain English; empty for any other value, and for one that cannot be understood."""
    from ncrontab.words import words

    schedule = _schedule(value)
    return words(schedule) if schedule else ""


def timing(values: Sequence[Effective], project: Sequence[Effective], now: datetime) -> Timing | None:
    """Returns a job's next runs; None when it has no schedule, is switched off, or has faults there.

    Args:
        values: The job's.
        project: The project's, for its zone.
        now: An aware time.
    """
    import ncrontab

    zone = _text(values, "trigger", "time_zone") or _text(project, "time_zone")
    schedule = next((found for found in map(_schedule, values) if found), None)
    is_on = next((value.value for value in values if value.path == ("enabled",)), True)
    if schedule is None or not zone or is_on is False:
        return None
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return Timing(zone, ncrontab.occurrences(schedule, known, now, HOW_MANY), now)


def upcoming_line(timed: Timing) -> Line:
    """Returns `next runs: 06:15:00, 06:30:00, 06:45:00 (Europe/Zurich)`."""
    local = timed.now.astimezone(ZoneInfo(timed.zone))
    runs = ", ".join(moment(run, local) for run in timed.runs) or "never"
    return line("next runs: ", runs, Span(f" ({timed.zone})", "dim"))


def _schedule(value: Effective) -> Schedule | None:
    import ncrontab
    from oneplan.manifest import intervals

    read = {"every": intervals.every, "cron": intervals.cron}.get(str(value.path[-1]))
    if read is None or value.path[-2:-1] != ("trigger",) or not isinstance(value.value, str):
        return None
    try:
        return ncrontab.parse(read(value.value))
    except ValueError:  # a fault that `oneplan validate` names
        return None


def _text(values: Sequence[Effective], *path: str) -> str:
    return next((str(value.value) for value in values if value.path == path), "")
