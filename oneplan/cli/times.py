"""Times and durations for people: short, in the owner's zone."""

from __future__ import annotations

from datetime import datetime, timedelta


def moment(at: datetime | None, now: datetime) -> str:
    """A time as short as it can be without doubt: `06:15:00`, `tomorrow 06:00`, `Thu 26 Nov 06:00`."""
    if at is None:
        return "-"
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    match days:
        case 0:
            return f"{local:%H:%M:%S}"
        case 1:
            return f"tomorrow {local:%H:%M}"
        case -1:
            return f"yesterday {local:%H:%M}"
        case _:
            year = "" if local.year == now.year else f" {local.year}"
            return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def duration(length: timedelta) -> str:
    """`0.8 s`, `42 s`, `3 min 05 s` or `2 h 10 min`."""
    seconds = length.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min"
