"""One line an event on standard output, which App Service keeps as the job's log.

`{"time": "2026-11-24T12:00:00.123Z", "level": "info", "event": "handled", "queue": "thumbnails", …}`. Bodies,
receipts and connection strings are never written.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from math import isfinite
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
    """Writes events to standard output and tracebacks to standard error, one write a line.

    A stream that is gone or full ends no host: what cannot be written is dropped.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = out
        self._err = err

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
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = "".join([f', "{name}": {_value(value)}' for name, value in fields.items()])
        _put(self._out or sys.stdout, f'{{"time": "{time}", "level": "{level}", "event": "{event}"{said}}}\n')


def _value(value: object) -> str:
    """The value in JSON. Texts and numbers, which most are, go the short way."""
    if type(value) is str:  # neither an enum nor another kind of text
        return _text(value)
    if type(value) is int or (type(value) is float and isfinite(value)):
        return repr(value)
    return _JSON.encode(value)


class _Encoder(json.JSONEncoder):
    def default(self, o: object) -> object:
        return str(o)


_JSON = _Encoder(ensure_ascii=False)
_text = json.encoder.encode_basestring


def _put(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except UnicodeEncodeError:
        stream.write(text.encode("ascii", "backslashreplace").decode())
        stream.flush()
    except (OSError, ValueError):
        return
