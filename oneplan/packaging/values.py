"""What packaging gives back: one zip of one site, and what is in it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PackagedJob:
    """A job as it stands in a package."""

    name: str
    type: str
    """`continuous` or `triggered`."""
    entry: str
    """The file App Service starts, for instance `run.sh`."""
    schedule: str | None
    """Six-field NCRONTAB; None for a job that no schedule starts."""
    singleton: bool | None
    """Whether one instance of the plan runs it at a time; None for a triggered job, which always is so."""


@dataclass(frozen=True, slots=True)
class SitePackage:
    """The zip of one site: its content, its jobs, and their Python dependencies."""

    app: str
    path: Path
    """The zip, absolute; its name carries the content hash."""
    sha256: str
    """SHA-256 over the sorted names, modes and contents, in hex: equal content, equal hash, on every machine."""
    size: int
    """Bytes of the zip."""
    files: int
    jobs: tuple[PackagedJob, ...]
    reused: bool
    """True if the zip was there already."""
