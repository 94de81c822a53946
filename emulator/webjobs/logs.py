"""Job logs: the form of a line, rolling, the cap on console output (Kudu.Core/Jobs/JobLogger.cs)."""

import logging
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from emulator.webjobs.clock import Clock

log = logging.getLogger(__name__)

ROLL_SIZE_BYTES = 1 << 20
CONSOLE_LINES_PER_RUN = 200
CONSOLE_CAP_TEXT = (
    "Reached maximum allowed output lines for this run, to see all of the job's logs you can enable "
    "App Service Logs option in the Portal."
)


class Level(StrEnum):
    """How bad a line is."""

    INFO = "INFO"
    WARN = "WARN"
    ERR = "ERR"


class JobLog:
    """One log file. System lines and the job's own lines go into the same stream, each ended by CRLF."""

    def __init__(
        self,
        path: Path,
        *,
        instance: str,
        clock: Clock,
        rolled: Path | None = None,
        on_roll: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self._instance = instance
        self._clock = clock
        self._rolled = rolled
        self._on_roll = on_roll

    def system(self, text: str, level: Level = Level.INFO) -> None:
        """Write a line of the engine's own."""
        self._write(f"SYS {level:<4}", [text])

    def status(self, status: str) -> None:
        """Write that the status changed."""
        self.system(f"Status changed to {status}")

    def output(self, lines: Sequence[str], *, is_error: bool) -> None:
        """Write lines of the job's output."""
        self.console(lines, Level.ERR if is_error else Level.INFO)

    def console(self, lines: Iterable[str], level: Level) -> None:
        """Write lines that read as the job's output."""
        self._write(f"{level:<4}", lines)

    def _write(self, level: str, lines: Iterable[str]) -> None:
        """A log that cannot be written must not end the job, as on App Service."""
        head = f"[{self._clock.now():%m/%d/%Y %H:%M:%S} > {self._instance}: {level}] "
        text = "".join([f"{head}{line}\r\n" for line in lines])
        if not text:
            return
        try:
            self._roll()
            with self._open() as file:
                file.write(text.encode("utf-8", "surrogateescape"))
        except OSError as error:
            log.warning("%s: cannot be written: %s", self.path, error)

    def _open(self) -> BinaryIO:
        try:
            return open(self.path, "ab", buffering=0)  # noqa: PTH123 - many small writes: no path is taken apart
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return open(self.path, "ab", buffering=0)  # noqa: PTH123

    def _roll(self) -> None:
        if self._rolled is None or not self.path.exists():
            return
        if self.path.stat().st_size > ROLL_SIZE_BYTES:
            self.path.replace(self._rolled)
            self._on_roll()


class ContinuousLog(JobLog):
    """The log of a continuous job: rolled, and with a cap on the job's lines of one process run."""

    def __init__(self, data: Path, *, instance: str, clock: Clock, on_roll: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            data / "job_log.txt",
            instance=instance,
            clock=clock,
            rolled=data / "job_prev_log.txt",
            on_roll=on_roll,
        )
        self._console_lines = 0

    def start_run(self) -> None:
        """Begin counting the job's lines anew."""
        self._console_lines = 0

    def output(self, lines: Sequence[str], *, is_error: bool) -> None:
        """Write lines of the job's output, the first 200 of a run; then one line that says so."""
        room = CONSOLE_LINES_PER_RUN - self._console_lines
        self._console_lines += len(lines)
        if room >= 0 and lines[:room]:
            super().output(lines[:room], is_error=is_error)
        if 0 <= room < len(lines):
            self.console([CONSOLE_CAP_TEXT], Level.WARN)
            self._console_lines = CONSOLE_LINES_PER_RUN + 1
