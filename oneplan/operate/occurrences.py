"""When a scheduled job runs next, as Kudu would decide it, in the owner's zone."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ncrontab
from oneplan.errors import OperateError


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name; raises OperateError for one this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise OperateError(
            f"oneplan.yaml: time_zone: {name!r} is not known on this machine;"
            " an IANA name is expected, for example 'Europe/Zurich'"
        ) from error


def next_run(schedule: str | None, zone: ZoneInfo, last_run: datetime | None, now: datetime) -> datetime | None:
    """The next occurrence; None without a schedule, or with one that Kudu refuses, so that it never fires."""
    if not schedule:
        return None
    try:
        parsed = ncrontab.parse(schedule)
    except ValueError:
        return None
    at = ncrontab.next_run(parsed, zone, last_run, now).at
    return None if at is None else at.astimezone(zone)


@lru_cache(maxsize=1024)
def schedule_words(text: str | None) -> str:
    """A schedule in plain English; empty without one, the text itself where App Service refuses it."""
    if not text:
        return ""
    try:
        return ncrontab.words(ncrontab.parse(text))
    except ncrontab.ScheduleError:
        return text
