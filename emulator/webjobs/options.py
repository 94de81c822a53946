"""How one engine is tuned; the defaults are Kudu's."""

from dataclasses import dataclass
from datetime import timedelta

from emulator.webjobs.profile import Profile


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """The waits and choices of an engine."""

    profile: Profile = Profile.LINUX
    """Which App Service is imitated."""

    generation: str = Profile.LINUX.generation
    """The NCrontab release whose schedules are read."""

    scan_interval: timedelta = timedelta(seconds=1)
    """How often the jobs folders are looked at."""

    debounce: timedelta = timedelta(seconds=5)
    """Quiet time after a change before it is acted upon."""

    root_retry: timedelta = timedelta(seconds=30)
    """When a jobs folder that does not exist is looked for again."""

    singleton_retry: timedelta = timedelta(seconds=5)
    """When a busy singleton lock is tried again."""

    failure_retry: timedelta = timedelta(seconds=60)
    """When a continuous job that could not be started is tried again."""

    idle_poll: timedelta = timedelta(seconds=1)
    """How often a triggered run is checked for silence."""

    drain: timedelta = timedelta(seconds=5)
    """Silence after which pipes that outlive their process are closed."""

    shutdown_limit: timedelta = timedelta(seconds=30)
    """What the platform grants all jobs together when the site goes down."""
