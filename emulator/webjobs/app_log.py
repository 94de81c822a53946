"""What jobs print, in the site's application log: continuous jobs always, triggered ones when the site asks for it.

Kudu writes it as trace output (Kudu.Core/Jobs/ContinuousJobLogger.cs, TriggeredJobRunLogger.cs); the platform puts that
below LogFiles/Application, where the log stream reads it.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from emulator.webjobs.clock import Clock

log = logging.getLogger(__name__)

FILE_BYTES = 1 << 20
KEPT_FILES = 4


class AppLog:
    """The application log of one instance: a file of limited size, and the few before it."""

    def __init__(self, folder: Path, *, instance: str, clock: Clock) -> None:
        self._folder = folder
        self._instance = instance
        self._clock = clock
        self._file: Path | None = None
        self._size = 0

    def write(self, lines: Sequence[str], *, is_error: bool) -> None:
        """Append lines; a log that cannot be written does not end the job."""
        if not lines:
            return
        head = (
            f"{self._clock.now():%Y-%m-%dT%H:%M:%S}  PID[{os.getpid()}] {'Error' if is_error else 'Information':<11} "
        )
        text = "".join(f"{head}{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
        try:
            file = self._present()
            with file.open("ab") as target:
                target.write(text)
            self._size += len(text)
        except OSError as error:
            self._file = None
            log.warning("%s: cannot be written: %s", self._folder, error)

    def _present(self) -> Path:
        """The file to write to: a new one at first, and when the last is full."""
        if self._file is None or self._size > FILE_BYTES:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._folder / f"{self._instance}-{os.getpid()}-{self._clock.now():%Y%m%d%H%M%S%f}.txt"
            self._size = 0
            for old in sorted(self._folder.glob(f"{self._instance}-*.txt"), key=_age)[: -KEPT_FILES + 1]:
                old.unlink(missing_ok=True)
        return self._file


def _age(file: Path) -> str:
    return file.stem.rpartition("-")[2]
