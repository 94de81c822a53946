"""Values as YAML text: plain where that reads back as the same text, in quotes everywhere else."""

import re
from collections.abc import Mapping, Sequence

from oneplan.manifest import scalars

Value = str | int | bool | Mapping[str, "Value"] | Sequence["Value"]

_PLAIN = re.compile(r"[A-Za-z0-9/_.$][A-Za-z0-9/_.$=+@%~ -]*(?::[A-Za-z0-9/_.$=+@%~-][A-Za-z0-9/_.$=+@%~ -]*)*")


def inline(value: Value) -> str:
    """Returns a value on one line, fit for a block and for a flow map alike."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return text(value)
        case Mapping():
            return "{" + ", ".join(f"{text(key)}: {inline(item)}" for key, item in value.items()) + "}"
        case _:
            return "[" + ", ".join(inline(item) for item in value) + "]"


def text(value: str) -> str:
    """Returns a text as a YAML scalar."""
    is_plain = _PLAIN.fullmatch(value) and not value.endswith(" ") and scalars.resolve(value) == value
    return value if is_plain else '"' + "".join(map(_quoted, value)) + '"'


def _quoted(letter: str) -> str:
    """A letter inside double quotes; what an editor would not show is written as its number."""
    if letter in '\\"':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return f"\\U{ord(letter):08x}" if ord(letter) > 0xFFFF else f"\\u{ord(letter):04x}"


def block(fields: Mapping[str, Value], indent: str = "") -> str:
    """Returns a map as lines `key: value`, each with a line end."""
    return "".join(f"{indent}{text(key)}: {inline(value)}\n" for key, value in fields.items())
