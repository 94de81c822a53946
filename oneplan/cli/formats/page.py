"""The page of one check, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from oneplan.cli.formats.text import STYLES
from oneplan.cli.styled import Line, Span, columns, fold, line

if TYPE_CHECKING:
    from oneplan.manifest.catalogue import Check

WIDEST = 100
"""Columns of running text; longer lines are hard to read."""


def page(check: Check, width: int | None) -> Iterator[Line]:
    """Yields a check's page: what is wrong and why, an example, the fix, and how to switch it off for a line."""
    room = min(width or WIDEST, WIDEST)
    title = line(Span(check.code, "bold"), "  ", Span(check.severity, STYLES[check.severity]), "  ", check.title)
    yield from fold(title, room)
    yield ()
    yield from _prose(check.cause, room)
    yield from _example("Example", check.example)
    yield ()
    yield line(Span("Fix", "bold"))
    yield from _prose(check.fix, room)
    yield from _example("Mended", check.mended)
    yield ()
    yield from _prose("To switch it off for one line, write on that line or the one above, with your reason:", room)
    yield line(f"  # oneplan: allow {check.code} because …")


def _prose(text: str, width: int) -> Iterator[Line]:
    """Paragraphs as they fit; items of lists stay items."""
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ()
        for item in _items(paragraph):
            yield from fold(line(item), width, indent=2 if item.startswith("- ") else 0)


def _items(paragraph: str) -> Sequence[str]:
    items: list[str] = []
    for part in paragraph.splitlines():
        if items and not part.startswith("- "):
            items[-1] += f" {part.strip()}"
        else:
            items.append(part)
    return items


def _example(heading: str, text: str) -> Iterator[Line]:
    yield ()
    yield line(Span(heading, "bold"))
    for each in text.rstrip().splitlines():
        yield line("  ", Span(each, "dim" if each.lstrip().startswith("#") else ""))


def index(checks: Mapping[str, Check], things: Iterable[str], width: int | None) -> Iterator[Line]:
    """Yields all checks by family, then what else can be explained."""
    for family, members in groupby(checks.values(), key=lambda check: check.family):
        yield line(Span(family, "bold"))
        rows: list[list[str | Span]] = [
            ["", check.code, Span(check.severity, STYLES[check.severity]), check.title] for check in members
        ]
        for row in columns(rows):
            yield from fold(row, width, indent=20)
        yield ()
    yield line(Span("Things of the manifest", "bold"))
    yield from fold(line("  ", ", ".join(things)), width, indent=2)
    yield line()
    yield line(Span("For example: oneplan explain WJ036, or: oneplan explain job NAME --stack prod", "dim"))


def as_json(check: Check) -> dict[str, Any]:
    """Returns a check's page for other programs; cause and fix are Markdown, the examples YAML."""
    return {
        "code": check.code,
        "severity": check.severity,
        "family": check.family,
        "title": check.title,
        "cause": check.cause,
        "example": check.example,
        "fix": check.fix,
        "mended": check.mended,
    }
