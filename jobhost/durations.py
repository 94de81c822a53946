"""Lengths of time as people write them: `5s`, `10m`, `1.5h`, a number of seconds, or a timedelta."""

from __future__ import annotations

import math
import re
from datetime import timedelta

from jobhost.errors import StartError

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
LONGEST = timedelta(days=366)
_TEXT = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s?(ms|s|m|h|d)", re.ASCII)

Duration = str | int | float | timedelta
"""What a function that takes a length of time accepts; bare numbers are seconds."""


def duration(value: Duration, where: str) -> timedelta:
    """The length of time that `value` means.

    Raises:
        StartError: it means none, or is negative or longer than a year; `where` says whose value it is.
    """
    try:
        length = _length(value)
    except (ValueError, OverflowError) as error:
        raise StartError(
            f"{where}: {value!r} is not a length of time; expected for example '30s', '5m' or 90"
        ) from error
    if not timedelta(0) <= length <= LONGEST:
        raise StartError(f"{where}: {value!r} is out of range; expected 0 to 366d")
    return length


def _length(value: Duration) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        found = _TEXT.fullmatch(value.strip())
        if found is None:
            raise ValueError(value)
        return timedelta(seconds=float(found[1]) * UNITS[found[2]])
    if isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(value)
    return timedelta(seconds=value)
