"""Which App Service is imitated: what differs between Linux and Windows."""

from datetime import UTC, tzinfo
from enum import StrEnum

from ncrontab import zones


class Profile(StrEnum):
    """A platform of App Service."""

    LINUX = "linux"
    WINDOWS = "windows"

    @property
    def generation(self) -> str:
        """The NCrontab release its engine reads schedules with.

        Windows: Kudu.Core/packages.config. What runs on Linux is not public: the container agent of Kudu's pull request
        3386 has 3.3.1, KuduLite had 3.3.0 in 2021. The newest rules are taken, as the SDK's timers follow them; they
        differ from those two only in what schedules with several second values do at their first start.
        """
        return {Profile.LINUX: "3.3.3", Profile.WINDOWS: "2.0.0"}[self]

    @property
    def separator(self) -> str:
        """What stands between folders in paths that the engine shows."""
        return {Profile.LINUX: "/", Profile.WINDOWS: "\\"}[self]

    def zone(self, name: str) -> tzinfo:
        """The zone of that name; one that the platform does not know is UTC, without a word, as there.

        Windows knows its own names alone, Linux those of the time zone database.
        """
        try:
            return zones.zone(zones.to_iana(name) if self is Profile.WINDOWS else name)
        except zones.ZoneError:
            return UTC
