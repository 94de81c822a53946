"""Effective values with the places they come from, and what differs between two stacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from oneplan.cli.formats.excerpt import MASK, masked
from oneplan.cli.formats.masking import is_reference
from oneplan.cli.styled import Line, Span, Style, columns, fold, length, line, visible

if TYPE_CHECKING:
    from oneplan.manifest import Difference, Effective

Words = Callable[["Effective"], str]
"""What a value means in plain English; empty when it says that itself."""

_ONE = {
    "apps": "app", "jobs": "job", "queues": "queue", "containers": "container", "tables": "table", "notify": "notify",
}  # fmt: skip
_NOT_SET = "not set"


def explained(values: Sequence[Effective], words: Words, width: int | None) -> list[Line]:
    """Returns a table of values, where each comes from, and its layer; built-in defaults are dimmed.

    Where that does not fit, the values come last and are folded.
    """
    wide = columns([_heads("KEY", "VALUE", "FROM", "LAYER"), *(_row(each, words) for each in values)])
    if width is None or all(length(row) <= width for row in wide):
        return wide
    narrow = columns([_heads("KEY", "FROM", "VALUE"), *(_narrow_row(each, words) for each in values)])
    indent = length(narrow[0]) - len("VALUE")
    return [part for row in narrow for part in fold(row, width, indent=indent)]


def _heads(*names: str) -> list[str | Span]:
    return [Span(name, "dim") for name in names]


def _row(value: Effective, words: Words) -> list[str | Span]:
    style: Style = "dim" if value.layer == "built-in" else ""
    cells = (dotted(value.path), _told(value, words), place(value) or "-", value.layer)
    return [Span(cell, style) for cell in cells]


def _narrow_row(value: Effective, words: Words) -> list[str | Span]:
    style: Style = "dim" if value.layer == "built-in" else ""
    layer = "" if value.layer == "file" else value.layer
    cells = (dotted(value.path), f"{place(value)} {layer}".strip(), _told(value, words))
    return [Span(cell, style) for cell in cells]


def _told(value: Effective, words: Words) -> str:
    """The value as it is shown, with its meaning."""
    meaning = words(value)
    text = shown(value.path, value.text) or '""'
    return f"{text}  ({meaning})" if meaning else text


def differing(differences: Iterable[Difference], words: Words) -> Iterator[Line]:
    """Yields what differs, by the thing it belongs to: the first stack's value, then the second's."""
    for number, (thing, group) in enumerate(groupby(differences, key=lambda each: owner(each.path))):
        if number:
            yield ()
        yield line(Span(thing, "bold"))
        for each in group:
            yield line("  ", dotted(each.path[_depth(each.path) :]))
            yield from columns([["   ", *_side("-", each.left, words)], ["   ", *_side("+", each.right, words)]], gap=1)


def _side(sign: str, value: Effective | None, words: Words) -> list[str | Span]:
    if value is None:
        return [sign, Span(_NOT_SET, "dim")]
    return [
        Span(sign, "red" if sign == "-" else "green"),
        _told(value, words),
        Span(f" {place(value) or 'built-in'}", "dim"),
    ]


def owner(path: Sequence[str | int]) -> str:
    """Returns what a value belongs to: `job stock-sync`, `plan` or `project`."""
    first = str(path[0])
    if first in _ONE and len(path) > 1:
        return f"{_ONE[first]} {visible(str(path[1]))}"
    return first if first == "plan" else "project"


def _depth(path: Sequence[str | int]) -> int:
    return {"plan": 1, "project": 0}.get(owner(path), 2)


def dotted(path: Sequence[str | int]) -> str:
    """Returns a path as messages write it: `trigger.every`, `arguments[0].name`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{visible(step)}"
    return text.lstrip(".")


def place(value: Effective) -> str:
    """Returns `file:line`; empty for a built-in default."""
    return f"{visible(value.file)}:{value.line}" if value.file else ""


def shown(path: Sequence[str | int], text: str) -> str:
    """Returns a value's text on one line, hidden when its place or its form says that it may be a secret."""
    steps = [str(step) for step in path]
    lines = [f"{'  ' * depth}{step}:" for depth, step in enumerate(steps)]
    before = f"{lines[-1]} "
    if "secrets" in steps and not is_reference(text):
        return MASK
    return masked([*lines[:-1], before + visible(text)], len(lines)).removeprefix(before)


def value_document(value: Effective, words: Words) -> dict[str, Any]:
    """Returns a value's JSON form; `file` and `line` are null for a built-in default, `words` for most."""
    text = shown(value.path, value.text)
    is_hidden = text != visible(value.text)
    return {
        "path": list(value.path),
        "value": text if is_hidden or not _is_plain(value.value) else value.value,
        "text": text,
        "words": words(value) or None,
        "file": value.file or None,
        "line": value.line or None,
        "layer": value.layer,
    }


def difference_document(each: Difference, words: Words) -> dict[str, Any]:
    """Returns a difference's JSON form; `left` or `right` is null where a stack has no such value."""
    sides = {"left": each.left, "right": each.right}
    told = {side: value_document(value, words) if value else None for side, value in sides.items()}
    return {"path": list(each.path), **told}


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float | bool)
