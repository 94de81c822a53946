"""Times for people: short, in the owner's zone."""

from __future__ import annotations

from datetime import datetime


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
