"""When a timer is due: NCrontab schedules read in a time zone, and plain intervals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from jobhost.durations import duration
from jobhost.errors import StartError

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Schedule(Protocol):
    """A series of moments."""

    def after(self, moment: datetime) -> datetime | None:
        """The first of them strictly after `moment`; None when there is none."""


class Every:
    """Multiples of a length of time, the same for all instances and over restarts."""

    def __init__(self, length: timedelta) -> None:
        self._length = length

    def after(self, moment: datetime) -> datetime | None:
        """The next multiple, counted from the year 2000."""
        return _EPOCH + ((moment - _EPOCH) // self._length + 1) * self._length


class Cron:
    """A six-field schedule as App Service reads it, clock changes included (see `ncrontab.instants`)."""

    def __init__(self, text: str, zone: tzinfo) -> None:
        from ncrontab import parse

        self._schedule = parse(text)
        self._zone = zone

    def after(self, moment: datetime) -> datetime | None:
        """The next occurrence, in UTC."""
        from ncrontab import occurrences

        found = occurrences(self._schedule, self._zone, moment, 1)
        return found[0].astimezone(UTC) if found else None


def schedule(text: str, zone: tzinfo, where: str) -> Schedule:
    """The schedule that `every 5m`, or five or six NCrontab fields, mean; five have no seconds.

    Raises:
        StartError: the text is no schedule, or one that never comes due.
    """
    if text.startswith("every "):
        length = duration(text.removeprefix("every "), where)
        if length < timedelta(seconds=1):
            raise StartError(f"{where}: {text!r} is too often; expected every second or more seldom")
        return Every(length)
    from ncrontab import ScheduleError

    fields = text.split()
    try:
        made = Cron(f"0 {text}" if len(fields) == 5 else text, zone)
    except ScheduleError as error:
        raise StartError(
            f"{where}: {text!r} is not a schedule ({error}); expected six fields, for example '0 */5 * * * *'"
        ) from error
    if made.after(_EPOCH) is None:
        raise StartError(f"{where}: {text!r} never comes due; expected a date that exists")
    return made


def zone_of(name: str | None, environment: Mapping[str, str], where: str) -> tzinfo:
    """The zone of that IANA or Windows name; the site's (`WEBSITE_TIME_ZONE`) without one, else UTC.

    Raises:
        StartError: there is no such zone.
    """
    from ncrontab.zones import ZoneError, is_windows, to_iana, zone

    wanted = name or environment.get("WEBSITE_TIME_ZONE") or "UTC"
    if wanted == "UTC":
        return UTC
    try:
        return zone(to_iana(wanted) if is_windows(wanted) else wanted)
    except ZoneError as error:
        raise StartError(f"{where}: {error}") from error
