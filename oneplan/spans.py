"""Lengths of time as people read them, the same in the terminal and on the pages."""

from datetime import timedelta

_DAYS_FROM = 48
"""Hours from which days are clearer."""


def told(length: timedelta) -> str:
    """Returns a length in words: `0.8 s`, `42 s`, `3 min 05 s`, `5 min`, `2 h 10 min` or `7 days`."""
    seconds = length.total_seconds()
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest:02} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < _DAYS_FROM else f"{hours // 24} days"
