"""From a value to the content of a message: the counterpart of what handlers read."""

from __future__ import annotations

import dataclasses
import json
from datetime import date, timedelta
from enum import Enum
from typing import Any

from jobhost.errors import InvalidPayload


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
