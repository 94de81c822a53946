"""From the ways people write a schedule to the one that App Service reads: six fields, seconds first."""

import re
from bisect import bisect_left
from types import MappingProxyType

from ncrontab.fields import ScheduleError

UNITS = MappingProxyType({"s": 1, "m": 60, "h": 3600, "d": 86400})
"""Seconds of each unit a length may be written in."""

_LENGTH = re.compile(r"([0-9]{1,7})([smhd])")
_EVERY = re.compile(r"(?:every +)?([0-9]{1,7}[smhd])")


def normalise(text: str) -> str:
    """Returns six fields for a cron text of five (minute first) or six (second first), or for `15m`, `every 15m`.

    The fields themselves are not looked at; `parse` does that.

    Raises:
        ScheduleError: the text has another number of fields, or no schedule keeps such an interval.
    """
    if interval := _EVERY.fullmatch(text.strip(" ")):
        return every(interval.group(1))
    return six_fields(text)


def six_fields(text: str) -> str:
    """Returns a cron text of five or six fields with six, single blanks between them.

    Raises:
        ScheduleError: the text has another number of fields.
    """
    fields = [field for field in text.split(" ") if field]
    match len(fields):
        case 6:
            return " ".join(fields)
        case 5:
            return " ".join(("0", *fields))
        case count:
            found = f"{count} field" if count == 1 else f"{count} fields"
            raise ScheduleError(
                f'"{text}" has {found}; write five (minute hour day month weekday) or six '
                '(second first), in quotes, for example "0 6 * * *"'
            )


def every(text: str) -> str:
    """Returns the schedule of an even interval such as `15m`: one that divides a minute, an hour or a day.

    Raises:
        ScheduleError: the text is no length of time, or no schedule can keep such an interval.
    """
    length = seconds(text)
    if length is None:
        raise ScheduleError(f'"{text}" is not a duration; write a whole number and a unit: 30s, 15m, 2h or 7d')
    if length in _EVEN:
        return _EVEN[length]
    known = list(_EVEN)
    above = bisect_left(known, length)
    nearest = " or ".join(length_text(even) for even in known[max(above - 1, 0) : above + 1])
    raise ScheduleError(f"{text} does not divide a minute, an hour or a day; nearest: {nearest}")


def seconds(text: str) -> int | None:
    """Returns the seconds of `30s`, `15m`, `2h` or `7d`; None for anything else."""
    match = _LENGTH.fullmatch(text)
    return int(match.group(1)) * UNITS[match.group(2)] if match else None


def length_text(length: int) -> str:
    """Returns seconds as people write them, in the largest unit that is exact: `90s`, `15m`, `1d`."""
    unit = next((unit for unit in "dhm" if length and length % UNITS[unit] == 0), "s")
    return f"{length // UNITS[unit]}{unit}"


def _even_intervals() -> dict[int, str]:
    """All even intervals, in seconds ascending, with the schedule that keeps them."""
    found = {n: f"*/{n} * * * * *" for n in range(1, 60) if 60 % n == 0}
    found |= {n * 60: f"0 */{n} * * * *" for n in range(1, 60) if 60 % n == 0}
    found |= {n * 3600: f"0 0 */{n} * * *" for n in range(1, 24) if 24 % n == 0}
    found[86400] = "0 0 0 * * *"
    return {length: text.replace("*/1 ", "* ") for length, text in sorted(found.items())}


_EVEN = _even_intervals()
