"""From what a user writes about time to a six-field NCRONTAB schedule."""

import re
from bisect import bisect_left
from datetime import datetime, timedelta

import ncrontab

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,7})([smhd])")
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - schedules live in naive wall-clock time


class IntervalError(ValueError):
    """Raised when a text about time means nothing here; carries the code of the check."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def duration(text: str) -> timedelta:
    """Returns the length of `30s`, `15m`, `2h` or `7d`.

    Raises:
        IntervalError: the text is not a whole number and a unit.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise IntervalError("WJ013", f'"{text}" is not a duration; write a whole number and a unit: 30s, 15m, 2h or 7d')
    return timedelta(seconds=int(match.group(1)) * _UNITS[match.group(2)])


def words(length: timedelta) -> str:
    """Returns a duration as a user writes it, in the largest unit that is exact: `90s`, `15m`, `1d`."""
    seconds = int(length.total_seconds())
    unit = next((unit for unit in "dhm" if seconds and seconds % _UNITS[unit] == 0), "s")
    return f"{seconds // _UNITS[unit]}{unit}"


def _every_intervals() -> dict[int, str]:
    """All even intervals, in seconds, with the schedule that keeps them."""
    found = {n: f"*/{n} * * * * *" for n in range(1, 60) if 60 % n == 0}
    found |= {n * 60: f"0 */{n} * * * *" for n in range(1, 60) if 60 % n == 0}
    found |= {n * 3600: f"0 0 */{n} * * *" for n in range(1, 24) if 24 % n == 0}
    found[86400] = "0 0 0 * * *"
    return {seconds: text.replace("*/1 ", "* ") for seconds, text in sorted(found.items())}


_EVERY = _every_intervals()


def every(text: str) -> str:
    """Returns the schedule of an even interval: one that divides a minute, an hour or a day.

    Raises:
        IntervalError: the text is not a duration, or no schedule can keep such an interval.
    """
    length = int(duration(text).total_seconds())
    if length in _EVERY:
        return _EVERY[length]
    known = list(_EVERY)
    above = bisect_left(known, length)
    nearest = " or ".join(words(timedelta(seconds=seconds)) for seconds in known[max(above - 1, 0) : above + 1])
    raise IntervalError("WJ032", f"{text} does not divide a minute, an hour or a day; nearest: {nearest}")


def cron(text: str) -> str:
    """Returns the six-field schedule of a cron text of five fields (minute first) or six (seconds first).

    Raises:
        IntervalError: App Service would refuse the text, or it names no day that exists.
    """
    fields = [field for field in text.split(" ") if field]
    if len(fields) not in (5, 6):
        raise IntervalError(
            "WJ030",
            f'"{text}" has {len(fields)} fields; write five (minute hour day month weekday) or six '
            '(second first), in quotes, for example "0 6 * * *"',
        )
    schedule = " ".join(fields if len(fields) == 6 else ["0", *fields])
    try:
        parsed = ncrontab.parse(schedule)
    except ncrontab.ScheduleError as error:
        raise _refused(str(error)) from error
    if parsed.next_after(_ANY_DAY) is None:
        raise IntervalError("WJ039", f'"{text}" never fires; no such day exists in those months')
    return schedule


def _refused(reason: str) -> IntervalError:
    if "[DayOfWeek]" in reason and reason.startswith("7 "):
        return IntervalError("WJ034", f"weekday 7 is not accepted by App Service ({reason}); Sunday is 0")
    return IntervalError(
        "WJ033",
        f"App Service refuses this schedule: {reason.rstrip('.')}; names, lists, ranges and steps are understood, "
        "?, L, W, # and @daily are not",
    )
