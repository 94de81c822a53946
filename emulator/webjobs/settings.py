"""``settings.job``: what one job may say about itself (Kudu.Contracts/Jobs/JobSettings.cs)."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from emulator.files import write_atomically
from emulator.webjobs import lenient_json

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobSettings:
    """The settings of a job. Keys are case-sensitive; a value of another type counts as absent."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """All keys of the file, known or not."""

    problem: str | None = None
    """Why the file counts for nothing."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """The settings in a file; a missing, unreadable or broken file means none, as on App Service."""
        try:
            found = path.stat()
            values, problem = _parsed(path, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
        except FileNotFoundError:
            return cls()
        except OSError as error:
            return cls(problem=str(error))
        return cls(values, problem)

    def report(self, path: Path) -> None:
        """Say in the engine's log that the file is ignored; App Service keeps silent about that."""
        if self.problem is not None:
            log.warning("%s: ignored: %s; expected a JSON object", path, self.problem)

    @property
    def schedule(self) -> str | None:
        """The cron expression of a triggered job."""
        value = self.values.get("schedule")
        return value if isinstance(value, str) and value else None

    @property
    def is_singleton(self) -> bool:
        """Whether a continuous job runs on one instance at a time."""
        return self._flag("is_singleton", default=False)

    def is_in_place(self, *, default: bool) -> bool:
        """Whether the job runs from its own folder rather than a copy."""
        return self._flag("is_in_place", default=default)

    def stopping_wait(self, *, default: int) -> timedelta:
        """The time a job gets to end by itself."""
        value = self.values.get("stopping_wait_time")
        if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
            value = default
        return timedelta(seconds=min(max(0, value), 2**31))

    def _flag(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key)
        return value if isinstance(value, bool) else default


@lru_cache(maxsize=4096)
def _parsed(path: Path, _version: tuple[int, int, int, int]) -> tuple[Mapping[str, Any], str | None]:
    """What that version of a file holds, and why it counts for nothing: lists ask for the same files again and again.

    Raises:
        OSError: it cannot be read.
    """
    try:
        values = lenient_json.loads(lenient_json.decode(path.read_bytes()))
    except ValueError as error:
        return {}, str(error)
    if isinstance(values, dict):
        return values, None
    return {}, None if values is None else f"it holds a {type(values).__name__}"


def write(path: Path, values: Mapping[str, Any] | None) -> None:
    """Replace the file by these settings, as compact JSON."""
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    write_atomically(path, text.encode())
