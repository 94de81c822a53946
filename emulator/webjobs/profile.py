"""Which App Service is imitated: what differs between Linux and Windows."""

from collections.abc import Mapping
from datetime import tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Profile(StrEnum):
    """A platform of App Service."""

    LINUX = "linux"
    WINDOWS = "windows"

    @property
    def generation(self) -> str:
        """The NCrontab release its engine reads schedules with."""
        return {Profile.LINUX: "3.3.3", Profile.WINDOWS: "2.0.0"}[self]

    @property
    def separator(self) -> str:
        """What stands between folders in paths that the engine shows."""
        return {Profile.LINUX: "/", Profile.WINDOWS: "\\"}[self]

    def zone(self, name: str) -> tzinfo:
        """The zone of that name; one that the platform does not know is UTC, without a word, as there.

        Windows knows its own names alone, Linux those of the time zone database.
        """
        known = _windows_zones().get(name, "UTC") if self is Profile.WINDOWS else name
        try:
            return ZoneInfo(known or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")


def _windows_zones() -> Mapping[str, str]:
    from tzlocal.windows_tz import win_tz  # a long table, for this profile alone

    zones: Mapping[str, str] = win_tz
    return zones
