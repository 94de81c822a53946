"""One line an event on standard output, which App Service keeps as the job's log.

`{"time": "2026-11-24T12:00:00.123Z", "level": "info", "event": "handled", "queue": "thumbnails", …}`. Bodies,
receipts and connection strings are never written.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Protocol, TextIO


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
    """Writes events to standard output and tracebacks to standard error, one write a line.

    A stream that is gone or full ends no host: what cannot be written is dropped.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out
        self._err = err
        self._second = (0, "")

    def info(self, event: str, **fields: object) -> None:
        """Write the event at level info."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Write the event at level warning."""
        self._write("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Write the event at level error."""
        self._write("error", event, fields)

    def trace(self, error: BaseException) -> None:
        """Write the traceback to standard error."""
        import traceback

        _put(self._err or sys.stderr, "".join(traceback.format_exception(error)))

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        said = "".join([f', "{name}": {_WRITERS.get(type(value), _any)(value)}' for name, value in fields.items()])
        _put(self._out or sys.stdout, f'{{"time": "{self._time()}", "level": "{level}", "event": "{event}"{said}}}\n')

    def _time(self) -> str:
        """The time in UTC, to the millisecond; what it says of the second is made once a second."""
        now = time.time()
        second, said = self._second
        if second != int(now):
            second = int(now)
            said = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            self._second = (second, said)
        return f"{said}.{int((now - second) * 1000):03}Z"


class _Encoder(json.JSONEncoder):
    def default(self, o: object) -> object:
        return str(o)


_any = _Encoder(ensure_ascii=False).encode


def _number(value: float) -> str:
    return repr(value) if isfinite(value) else _any(value)


_WRITERS: dict[type, Callable[[Any], str]] = {str: json.encoder.encode_basestring, int: repr, float: _number}
"""The short way to JSON for what most values are; by the exact type, as an enum is a text too."""


def _put(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except UnicodeEncodeError:
        stream.write(text.encode("ascii", "backslashreplace").decode())
        stream.flush()
    except (OSError, ValueError):
        return
