"""Dates in templates: ISO 8601 durations and .NET's format strings."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from emulator.template.errors import TemplateError

DEFAULT_FORMAT = "yyyyMMddTHHmmssZ"
"""What ``utcNow()`` uses without a format."""

_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
# .NET's standard formats (https://learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings)
_STANDARD = {
    "d": "MM/dd/yyyy",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
}
_CUSTOM = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)|yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|tt")
_PARTS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda at: f"{at.year:04}",
    "yy": lambda at: f"{at.year % 100:02}",
    "MMMM": lambda at: calendar.month_name[at.month],
    "MMM": lambda at: calendar.month_abbr[at.month],
    "MM": lambda at: f"{at.month:02}",
    "M": lambda at: str(at.month),
    "dddd": lambda at: calendar.day_name[at.weekday()],
    "ddd": lambda at: calendar.day_abbr[at.weekday()],
    "dd": lambda at: f"{at.day:02}",
    "d": lambda at: str(at.day),
    "HH": lambda at: f"{at.hour:02}",
    "H": lambda at: str(at.hour),
    "hh": lambda at: f"{(at.hour + 11) % 12 + 1:02}",
    "h": lambda at: str((at.hour + 11) % 12 + 1),
    "mm": lambda at: f"{at.minute:02}",
    "m": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02}",
    "s": lambda at: str(at.second),
    "tt": lambda at: "AM" if at.hour < 12 else "PM",
}
# How a date may be written, and the format that a result keeps when none is asked for.
_SHAPES = (
    (re.compile(r"\d{8}T\d{6}Z"), "%Y%m%dT%H%M%SZ", DEFAULT_FORMAT),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"), "%Y-%m-%d %H:%M:%SZ", "u"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "%Y-%m-%dT%H:%M:%SZ", "yyyy-MM-ddTHH:mm:ssZ"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "%Y-%m-%d", "yyyy-MM-dd"),
)


def format_date(moment: datetime, pattern: str) -> str:
    """Returns the moment in a .NET format, standard or custom."""
    if len(pattern) == 1:
        if pattern not in _STANDARD:
            raise TemplateError(f"{pattern!r}: a date format the emulator does not know; 'u' is one it does")
        pattern = _STANDARD[pattern]

    def part(match: re.Match[str]) -> str:
        quoted = match.group(1) or match.group(2) or match.group(3)
        if quoted is not None or match.group()[0] in "'\"\\":
            return quoted or ""
        text = match.group()
        if text[0] == "f":
            return f"{moment.microsecond:06}0"[: len(text)]
        return _PARTS[text](moment)

    return _CUSTOM.sub(part, pattern)


def parse_date(text: str) -> tuple[datetime, str]:
    """Returns the moment a text names, and the format it is written in."""
    for shape, reader, kept in _SHAPES:
        if shape.fullmatch(text):
            return datetime.strptime(text, reader).replace(tzinfo=UTC), kept
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TemplateError(f"{text!r} is not a date; for example '2026-01-31T12:00:00Z'") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC), "o"


def add_duration(moment: datetime, duration: str) -> datetime:
    """Returns the moment moved by an ISO 8601 duration; months are counted by the calendar."""
    found = _DURATION.fullmatch(duration)
    if found is None or not any(value for key, value in found.groupdict().items() if key != "sign"):
        raise TemplateError(f"{duration!r} is not a duration; for example 'PT1H' or 'P30D'")
    amounts = {key: float(value or 0) for key, value in found.groupdict().items() if key != "sign"}
    sign = -1 if found["sign"] else 1
    months = sign * int(amounts["years"] * 12 + amounts["months"])
    rest = timedelta(**{key: amounts[key] for key in ("weeks", "days", "hours", "minutes", "seconds")})
    try:
        return _add_months(moment, months) + sign * rest
    except (ValueError, OverflowError) as error:
        raise TemplateError(f"{duration!r} leads beyond the years 1 to 9999") from error


def _add_months(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
