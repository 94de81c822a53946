"""A manifest as text and back, without a loss: for whoever keeps one. JSON, so that reading it runs nothing.

Each value that JSON has no word for is an object with one key, its kind; user's own maps are lists of their keys and
values, so that none of them can be taken for such an object.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from oneplan.errors import Problem
from oneplan.manifest import values

_VALUES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        values.App,
        values.Argument,
        values.Autoscale,
        values.Budget,
        values.Container,
        values.Job,
        values.Manifest,
        values.Network,
        values.Notify,
        values.Plan,
        values.Queue,
        values.Runtime,
        values.Slot,
        values.Table,
        values.Trigger,
        Problem,
    )
}


class NotPlainError(ValueError):
    """Raised for a text that is not a manifest's, and for a manifest that holds what has no text."""


def to_text(manifest: values.Manifest) -> str:
    """Returns a manifest as JSON; raises NotPlainError for a value of another kind."""
    return json.dumps(_plain(manifest), ensure_ascii=False, separators=(",", ":"))


def from_text(text: str | bytes) -> values.Manifest:
    """Returns the manifest that `to_text` wrote; raises NotPlainError for any other text."""
    try:
        found = json.loads(text, object_hook=_value)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotPlainError(f"kept manifest: cannot be understood ({error}); it is read from its files") from error
    if not isinstance(found, values.Manifest):
        raise NotPlainError("kept manifest: is something else; it is read from its files")
    return found


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case tuple():
            return {"tuple": [_plain(one) for one in value]}
        case Mapping():
            return {"map": [part for key, one in value.items() for part in (key, _plain(one))]}
        case Path():
            return {"path": str(value)}
        case timedelta():
            return {"span": [value.days, value.seconds, value.microseconds]}
    name = type(value).__name__
    if _VALUES.get(name) is not type(value):
        raise NotPlainError(f"kept manifest: {name} has no text")
    return {name: [part for field, one in _said(value) for part in (field, _plain(one))]}


def _said(value: Any) -> list[tuple[str, Any]]:
    """The fields of a value that are not as they would be anyway."""
    return [
        (field.name, found)
        for field in fields(value)
        if (found := getattr(value, field.name)) != (field.default if field.default is not MISSING else _default(field))
    ]


def _default(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else MISSING


def _value(pairs: dict[str, Any]) -> Any:
    ((kind, parts),) = pairs.items()
    if (read := _READ.get(kind)) is not None:
        return read(parts)
    return _VALUES[kind](**_together(parts))


def _together(parts: list[Any]) -> dict[str, Any]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _map(parts: list[Any]) -> Mapping[str, Any]:
    return MappingProxyType(_together(parts))


def _span(parts: list[int]) -> timedelta:
    days, seconds, microseconds = parts
    return timedelta(days, seconds, microseconds)


_READ: dict[str, Callable[[Any], Any]] = {"tuple": tuple, "map": _map, "path": Path, "span": _span}
