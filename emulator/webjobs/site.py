"""What the jobs of one site share: its settings, folders, environment and the engine's means."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from typing import Protocol, TypeVar

from emulator.webjobs.app_log import AppLog
from emulator.webjobs.clock import Clock
from emulator.webjobs.hooks import WebHooks
from emulator.webjobs.layout import Layout
from emulator.webjobs.options import EngineOptions
from emulator.webjobs.process import Launcher
from emulator.webjobs.profile import Profile

T = TypeVar("T")


class Offload(Protocol):
    """Runs blocking work somewhere that does not hold up the event loop."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """The work's result, later."""


@dataclass(frozen=True)
class SiteSettings:
    """The settings that steer the engine, read as Kudu reads them.

    Per-site values (``POST /api/settings``) beat app settings; an empty value counts as none
    (Kudu.Core/Settings/*Provider.cs, Kudu.Contracts/Settings/DeploymentSettingsExtension.cs).
    """

    environment: Mapping[str, str]
    """The site's environment."""

    live: Mapping[str, str] = field(default_factory=dict)
    """Per-site values, in force without a restart."""

    profile: Profile = Profile.LINUX
    """Whose names of time zones count."""

    def text(self, name: str) -> str | None:
        """The value of a setting, or none."""
        candidates = (
            self.live.get(name),
            self.environment.get(f"APPSETTING_{name}"),
            self.environment.get(name),
        )
        return next((value for value in candidates if value), None)

    def is_true(self, name: str) -> bool:
        """Whether a setting is ``1`` or ``true``; anything else is false."""
        return (self.text(name) or "").lower() in {"1", "true"}

    def seconds(self, name: str, default: int) -> timedelta:
        """A setting in seconds; negative is zero, unreadable is the default."""
        try:
            return timedelta(seconds=max(0, int(self.text(name) or default)))
        except (ValueError, OverflowError):
            return timedelta(seconds=default)

    @property
    def history_size(self) -> int:
        """How many runs of a triggered job are kept."""
        try:
            size = int(self.text("WEBJOBS_HISTORY_SIZE") or 50)
        except ValueError:
            return 50
        return size if size >= 1 else 50

    @property
    def zone(self) -> tzinfo:
        """The zone schedules are read in; a name nobody knows is UTC, as on App Service."""
        name = self.text("WEBSITE_TIME_ZONE")
        return self.profile.zone(name) if name else UTC

    @property
    def is_always_on_missing(self) -> bool:
        """Whether Always On is known to be off: exactly ``0``; unset counts as on."""
        return self.environment.get("WEBSITE_SCM_ALWAYS_ON_ENABLED") == "0"

    @property
    def is_package_mounted(self) -> bool:
        """Whether the site runs from a package, so that its own files cannot be written."""
        value = self.text("WEBSITE_RUN_FROM_PACKAGE") or self.text("WEBSITE_RUN_FROM_ZIP") or ""
        return value == "1" or value.lower().startswith("http")


@dataclass(frozen=True, kw_only=True)
class Site:
    """Everything a runner needs besides its job."""

    layout: Layout
    settings: SiteSettings
    environment: Mapping[str, str]
    options: EngineOptions
    instance_id: str
    clock: Clock
    launcher: Launcher
    offload: Offload
    hooks: WebHooks
    app_log: AppLog
    on_change: Callable[[], None]
    """Told of every change of a job's status."""

    @property
    def base_url(self) -> str:
        """Where the SCM site answers, as far as the environment tells: for addresses nobody asked for in a request."""
        host = self.environment.get("HTTP_HOST")
        return f"http://{host}" if host else ""

    def shown(self, path: str) -> str:
        """A relative path as this platform writes it."""
        return path.replace("/", self.options.profile.separator)

    @property
    def instance(self) -> str:
        """The instance as logs and file names show it: six characters."""
        return self.instance_id[:6]
