"""From a value to the content of a message: the counterpart of what handlers read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Generator
from datetime import date, timedelta
from enum import Enum
from typing import Any

from jobhost.durations import Duration, duration
from jobhost.errors import InvalidPayload, StartError
from jobhost.queues import FOREVER

LONGEST_HIDDEN = timedelta(days=7)


class Done:
    """The answer of a call that has done its work: nothing is left to wait for, but `await` may be said."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, None]:
        """End at once."""
        return
        yield


def times(delay: Duration, ttl: Duration | None) -> tuple[timedelta, timedelta | None]:
    """For how long a message is hidden and kept; None for the service's own seven days (Put Message).

    Raises:
        StartError: one is no length of time, or the service does not take it.
    """
    hidden = duration(delay, "send(delay=…)")
    kept = None if ttl is None else FOREVER if ttl == -1 else duration(ttl, "send(ttl=…)")
    if hidden > LONGEST_HIDDEN:
        raise StartError(f"send(delay=…): {delay!r} is out of range; expected at most 7d")
    if kept is not None and kept != FOREVER and kept < timedelta(seconds=1):
        raise StartError(f"send(ttl=…): {ttl!r} is out of range; expected 1s or more, or -1 for ever")
    ends = LONGEST_HIDDEN if kept is None else kept
    if ends != FOREVER and hidden >= ends:
        raise StartError(f"send(delay=…): {delay!r} is not shorter than the message is kept; expected a longer ttl")
    return hidden, kept


def content_of(payload: object) -> bytes:
    """The bytes that say `payload`: JSON for dicts, lists, dataclasses and pydantic models; text and bytes as they are.

    Raises:
        InvalidPayload: the payload holds something that JSON cannot say.
    """
    if isinstance(payload, bytes):
        return payload
    if isinstance(payload, str):
        return payload.encode()
    try:
        return json.dumps(payload, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidPayload(f"payload: cannot be said in JSON ({error})") from error


def _plain(value: Any) -> Any:
    """What `json` is to write for a value it does not know."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, set | frozenset):
        return list(value)
    if type(value).__name__ in {"UUID", "Decimal"}:  # by name, so that neither is imported here
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
