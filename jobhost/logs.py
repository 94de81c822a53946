"""One line an event on standard output, which App Service keeps as the job's log.

`INFO handled queue=thumbnails message=0b7… attempt=1 seconds=0.214`. The platform adds the time. Bodies and
receipts are never written.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import Protocol, TextIO


class Log(Protocol):
    """Where the host says what it does."""

    def info(self, event: str, **fields: object) -> None:
        """Something went as it should."""

    def warning(self, event: str, **fields: object) -> None:
        """Something failed and is being dealt with."""

    def error(self, event: str, **fields: object) -> None:
        """Something needs a person."""

    def trace(self, error: BaseException) -> None:
        """The way an unexpected exception took."""


class StreamLog:
    """Writes events to standard output and tracebacks to standard error, one write a line."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out
        self._err = err

    def info(self, event: str, **fields: object) -> None:
        """Write the event at level INFO."""
        self._write("INFO", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Write the event at level WARNING."""
        self._write("WARNING", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Write the event at level ERROR."""
        self._write("ERROR", event, fields)

    def trace(self, error: BaseException) -> None:
        """Write the traceback to standard error."""
        stream = self._err or sys.stderr
        stream.write("".join(traceback.format_exception(error)))
        stream.flush()

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        stream = self._out or sys.stdout
        stream.write(" ".join([level, event, *(f"{key}={_value(value)}" for key, value in fields.items())]) + "\n")
        stream.flush()


def _value(value: object) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    plain = text and not any(character.isspace() or character in '"=' for character in text)
    return text if plain else json.dumps(text, ensure_ascii=False)
