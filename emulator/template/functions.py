"""The template functions whose result depends on their arguments alone.

Reference: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urljoin

from emulator.template.dates import add_duration, format_date, parse_date
from emulator.template.errors import TemplateError

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_UNIQUE_LENGTH = 13
_GUIDS = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\d+)\}")
Value = Any  # JSON of a template


@dataclass(frozen=True)
class Function:
    """A function and how many arguments it takes; ``most`` is None when there is no limit."""

    call: Callable[..., Value]
    least: int
    most: int | None


def concat(*parts: Value) -> Value:
    """Joins strings, or lists."""
    if all(isinstance(part, list) for part in parts):
        return [item for part in parts for item in part]
    if any(isinstance(part, list | dict) for part in parts):
        raise TemplateError("concat: takes strings or arrays, not both")
    return "".join(map(to_string, parts))


def to_string(value: Value) -> str:
    """Returns a value as text: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def format_text(pattern: str, *values: Value) -> str:
    """Fills ``{0}``, ``{1}`` …"""

    def part(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return match.group()[0]
        index = int(match.group(1))
        if index >= len(values):
            raise TemplateError(f"format: {{{index}}} has no value; {len(values)} given")
        return to_string(values[index])

    return _PLACEHOLDER.sub(part, pattern)


def unique_string(*parts: str) -> str:
    """Returns 13 letters and digits that depend on the arguments alone; not the ones Azure's own hash would give."""
    digest = hashlib.sha256("-".join(parts).encode()).digest()
    number = int.from_bytes(digest[:9], "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(_UNIQUE_LENGTH))


def date_time_add(base: str, duration: str, pattern: str | None = None) -> str:
    """Moves a date; without a format the base's own is kept."""
    moment, kept = parse_date(base)
    return format_date(add_duration(moment, duration), pattern or kept)


def to_int(value: Value) -> int:
    """Returns a number, or the number a text holds."""
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise TemplateError(f"int: {value!r} is not a number") from error


def to_bool(value: Value) -> bool:
    """Returns a truth value, or the one a text or number stands for."""
    words = {"true": True, "false": False, "1": True, "0": False}
    word = str(value).lower()
    if word not in words:
        raise TemplateError(f"bool: {value!r} is neither 'true' nor 'false'")
    return words[word]


def create_object(*parts: Value) -> dict[str, Value]:
    """Makes an object of keys and values in turn."""
    if len(parts) % 2:
        raise TemplateError(f"createObject: a key without a value; {len(parts)} arguments given")
    return dict(zip(parts[::2], parts[1::2], strict=True))


def substring(text: str, start: int, length: int | None = None) -> str:
    """Cuts a text; beyond its end is an error, as in ARM."""
    end = len(text) if length is None else start + length
    if not 0 <= start <= end <= len(text):
        raise TemplateError(f"substring: {start} to {end} is outside a text of {len(text)} characters")
    return text[start:end]


def split_text(text: str, separators: str | list[str]) -> list[str]:
    """Splits at a separator, or at each of several."""
    marks = separators if isinstance(separators, list) else [separators]
    return re.split("|".join(re.escape(mark) for mark in marks), text)


def contains(container: Value, item: Value) -> bool:
    """Tells whether a list has the item, an object the key (whatever its case), a text the part."""
    if isinstance(container, dict):
        return str(item).lower() in {key.lower() for key in container}
    return bool(item in container)


def union(*values: Value) -> Value:
    """Joins objects (the last wins) or lists (without doubles)."""
    if all(isinstance(value, dict) for value in values):
        return {key: item for value in values for key, item in value.items()}
    joined: list[Value] = []
    for value in values:
        joined += [item for item in value if item not in joined]
    return joined


def base64_decode(text: str) -> str:
    """Returns the text that base64 stands for."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError as error:
        raise TemplateError("base64ToString: the text is not base64 of UTF-8") from error


def parse_json(text: str) -> Value:
    """Returns the value a JSON text holds."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise TemplateError(f"json: {error}") from error


def divide(left: int, right: int) -> int:
    """Divides integers, towards zero."""
    if right == 0:
        raise TemplateError("div: division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def first_known(*values: Value) -> Value:
    """Returns the first value that is not null."""
    return next((value for value in values if value is not None), None)


def _edge(position: int) -> Callable[[Value], Value]:
    def element(items: Value) -> Value:
        return items[position] if items else ("" if isinstance(items, str) else None)

    return element


def _epoch(text: str) -> int:
    return int(parse_date(text)[0].timestamp())


def _from_epoch(seconds: int) -> str:
    return format_date(datetime.fromtimestamp(seconds, UTC), "yyyy-MM-ddTHH:mm:ssZ")


def _empty(value: Value) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


FUNCTIONS: Mapping[str, Function] = {
    name.lower(): Function(call, least, most)
    for name, call, least, most in (
        ("add", lambda left, right: left + right, 2, 2),
        ("and", lambda *values: all(values), 2, None),
        ("array", lambda value: value if isinstance(value, list) else [value], 1, 1),
        ("base64", lambda text: base64.b64encode(text.encode()).decode(), 1, 1),
        ("base64ToString", base64_decode, 1, 1),
        ("bool", to_bool, 1, 1),
        ("coalesce", first_known, 1, None),
        ("concat", concat, 1, None),
        ("contains", contains, 2, 2),
        ("createArray", lambda *values: list(values), 0, None),
        ("createObject", create_object, 0, None),
        ("dateTimeAdd", date_time_add, 2, 3),
        ("dateTimeFromEpoch", _from_epoch, 1, 1),
        ("dateTimeToEpoch", _epoch, 1, 1),
        ("div", divide, 2, 2),
        ("empty", _empty, 1, 1),
        ("endsWith", lambda text, end: text.lower().endswith(end.lower()), 2, 2),
        ("equals", lambda left, right: type(left) is type(right) and left == right, 2, 2),
        ("false", lambda: False, 0, 0),
        ("first", _edge(0), 1, 1),
        ("format", format_text, 1, None),
        ("greater", lambda left, right: left > right, 2, 2),
        ("greaterOrEquals", lambda left, right: left >= right, 2, 2),
        ("guid", lambda *parts: str(uuid.uuid5(_GUIDS, "-".join(parts))), 1, None),
        ("int", to_int, 1, 1),
        ("join", lambda items, separator: separator.join(map(to_string, items)), 2, 2),
        ("json", parse_json, 1, 1),
        ("last", _edge(-1), 1, 1),
        ("length", len, 1, 1),
        ("less", lambda left, right: left < right, 2, 2),
        ("lessOrEquals", lambda left, right: left <= right, 2, 2),
        ("mul", lambda left, right: left * right, 2, 2),
        ("not", lambda value: not value, 1, 1),
        ("null", lambda: None, 0, 0),
        ("or", lambda *values: any(values), 2, None),
        ("replace", lambda text, old, new: text.replace(old, new), 3, 3),
        ("split", split_text, 2, 2),
        ("startsWith", lambda text, start: text.lower().startswith(start.lower()), 2, 2),
        ("string", to_string, 1, 1),
        ("sub", lambda left, right: left - right, 2, 2),
        ("substring", substring, 2, 3),
        ("toLower", lambda text: text.lower(), 1, 1),
        ("toUpper", lambda text: text.upper(), 1, 1),
        ("trim", lambda text: text.strip(), 1, 1),
        ("true", lambda: True, 0, 0),
        ("union", union, 1, None),
        ("uniqueString", unique_string, 1, None),
        ("uri", urljoin, 2, 2),
        ("uriComponent", lambda text: quote(text, safe="~()*!.'"), 1, 1),
        ("uriComponentToString", unquote, 1, 1),
    )
}
