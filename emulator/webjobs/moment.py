"""Times and durations as .NET writes them."""

from datetime import UTC, datetime, timedelta

NEVER = "0001-01-01T00:00:00"
"""The end of a run that has none."""


def to_json(at: datetime) -> str:
    """ISO 8601 in UTC, the fraction without trailing zeros."""
    utc = at.astimezone(UTC)
    fraction = f".{utc.microsecond:06}".rstrip("0").rstrip(".")
    return f"{utc:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def from_json(text: str) -> datetime:
    """The instant in such a text; digits beyond microseconds are dropped.

    Raises:
        ValueError: it is no such text.
    """
    head, point, tail = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{head}{point}{tail[:6]}").replace(tzinfo=UTC)


def to_span(span: timedelta) -> str:
    """A TimeSpan's constant form: ``[-][d.]hh:mm:ss[.fffffff]``."""
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    minutes, seconds = divmod(span.seconds, 60)
    days = f"{span.days}." if span.days else ""
    fraction = f".{span.microseconds:06}0" if span.microseconds else ""
    return f"{sign}{days}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction}"
