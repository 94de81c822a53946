"""A site's log files: what the app prints and what the platform says about it, dated, rolled by size.

Names as App Service gives them: `<yyyy_MM_dd>_<worker>_default_docker.log` holds the app's output,
`<yyyy_MM_dd>_<worker>_docker.log` the platform's lines.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROLL_BYTES = 5 * 1024 * 1024
KEPT_FILES = 5
TAIL_LINES = 200
LINE_LIMIT_BYTES = 32 * 1024


def utc_now() -> datetime:
    """The clock everything here takes by default."""
    return datetime.now(UTC)


class LogFile:
    """One kind of log of one site: appended line by line, the newest lines also kept in memory."""

    def __init__(self, folder: Path, worker: str, kind: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._folder, self._worker, self._kind, self._clock = folder, worker, kind, clock
        self._rest = b""
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        """The newest lines, without their times."""

    @property
    def file(self) -> Path:
        """The file that is written today."""
        return self._folder / f"{self._clock():%Y_%m_%d}_{self._worker}_{self._kind}.log"

    def feed(self, chunk: bytes) -> None:
        """Takes output as it comes; whole lines are written, the rest waits for its end."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LINE_LIMIT_BYTES:
            lines.append(self._rest)
            self._rest = b""
        self._write([line.rstrip(b"\r").decode("utf-8", "replace") for line in lines])

    def flush(self) -> None:
        """Writes a last line that was not ended."""
        if self._rest:
            self.feed(b"\n")

    def say(self, line: str) -> None:
        """Writes one line."""
        self._write([line])

    def _write(self, lines: list[str]) -> None:
        if not lines:
            return
        self.tail.extend(lines)
        time = self._clock().isoformat(timespec="microseconds").replace("+00:00", "Z")
        text = "".join(f"{time} {line}\n" for line in lines)
        file = self.file
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as out:
                out.write(text)
                size = out.tell()
            if size > ROLL_BYTES:
                self._roll(file)
        except OSError as error:  # a full disk must not stop the app: the newest lines stay in memory
            self.tail.append(f"{file.name}: not written: {error.strerror or error}")

    def _roll(self, file: Path) -> None:
        """Moves a full file aside and drops the oldest of this kind."""
        file.rename(file.with_name(f"{file.stem}.{self._clock():%H%M%S%f}.log"))
        pattern = re.compile(rf"\d{{4}}_\d\d_\d\d_{re.escape(self._worker)}_{self._kind}(\.\d+)?\.log")
        ours = [found for found in self._folder.iterdir() if pattern.fullmatch(found.name)]
        for old in sorted(ours, key=lambda found: found.stat().st_mtime)[:-KEPT_FILES]:
            old.unlink(missing_ok=True)
