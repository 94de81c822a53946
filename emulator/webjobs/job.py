"""What a job is: a named folder with something in it that can run."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from emulator.webjobs.hosts import ScriptHost


class JobType(StrEnum):
    """The two kinds; the parent folder alone decides."""

    TRIGGERED = "triggered"
    CONTINUOUS = "continuous"


@dataclass(frozen=True)
class Job:
    """A job as found on disk."""

    name: str
    """The folder's name."""

    type: JobType
    """Continuous or triggered."""

    root: Path
    """The job's folder."""

    directory: Path
    """Where script, settings.job and disable.job are: the folder, or the only folder in it."""

    script: str
    """File name of what is run."""

    host: ScriptHost
    """What runs it."""

    @property
    def run_command(self) -> str:
        """The script relative to the job's folder, as the API reports it."""
        if self.directory == self.root:
            return self.script
        return (self.directory / self.script).relative_to(self.root).as_posix()

    @property
    def disable_file(self) -> Path:
        """The file whose presence keeps a continuous job stopped."""
        return self.directory / "disable.job"

    @property
    def settings_file(self) -> Path:
        """The job's settings."""
        return self.directory / "settings.job"
