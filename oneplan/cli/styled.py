"""Text in colours, as values: what a renderer returns, and its one way to a terminal.

For commands that must be there at once: importing rich takes longer than checking a small manifest.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TextIO

Style = Literal["", "bold", "dim", "red", "yellow", "green", "cyan", "bold red", "bold yellow"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
NARROWEST = 40
"""Columns below which nothing is folded: there is no good way to read it anyway."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style."""

    text: str
    style: Style = ""


Line = tuple[Span, ...]


def line(*pieces: str | Span) -> Line:
    """Returns a line of plain and styled pieces."""
    return tuple(piece if isinstance(piece, Span) else Span(piece) for piece in pieces)


def cells(text: str) -> int:
    """Returns how many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(cell, text))


def cell(letter: str) -> int:
    """Returns the columns of one character: 2 for East Asia's wide ones and pictures, 0 for accents put over others."""
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def length(whole: Line) -> int:
    """Returns how many columns a line takes."""
    return sum(cells(span.text) for span in whole)


def visible(text: str) -> str:
    """Returns a text of somebody else's on one line: what would move the cursor or hide is shown as its escape."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def paint(lines: Iterable[Line], *, colour: bool) -> str:
    """Returns the lines as text, each with its end, in ANSI's colours or without."""
    return "".join("".join(_painted(span, colour=colour) for span in each) + "\n" for each in lines)


def _painted(span: Span, *, colour: bool) -> str:
    if not colour or not span.style or not span.text:
        return span.text
    codes = ";".join(_CODES[word] for word in span.style.split())
    return f"\x1b[{codes}m{span.text}\x1b[0m"


def fold(whole: Line, width: int | None, *, indent: int = 0) -> Iterator[Line]:
    """Yields a line broken at blanks so that it fits; what follows the first is indented. Words stay whole."""
    if width is None or width < NARROWEST or length(whole) <= width:
        yield whole
        return
    current: list[Span] = []
    used = 0
    for word in words(whole):
        room = cells(word.text.rstrip(" "))
        if current and used + room > width:
            yield without_end(current)
            current, used = [Span(" " * indent)], indent
        current.append(word)
        used += cells(word.text)
    yield without_end(current)


def words(whole: Line) -> Iterator[Span]:
    """Yields the words of a line, each with the blanks behind it."""
    for span in whole:
        start = 0
        while start < len(span.text):
            end = span.text.find(" ", start)
            while 0 <= end < len(span.text) and span.text[end] == " ":
                end += 1
            end = len(span.text) if end < 0 else end
            yield Span(span.text[start:end], span.style)
            start = end


def without_end(pieces: Sequence[Span]) -> Line:
    """Returns the pieces joined where they share a style, without blanks at the end."""
    joined: list[Span] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].style == piece.style:
            joined[-1] = Span(joined[-1].text + piece.text, piece.style)
        else:
            joined.append(piece)
    while joined and not joined[-1].text.rstrip(" "):
        joined.pop()
    if joined:
        joined[-1] = Span(joined[-1].text.rstrip(" "), joined[-1].style)
    return tuple(joined)


def columns(rows: Sequence[Sequence[str | Span]], *, gap: int = 2) -> list[Line]:
    """Returns the rows of a table as aligned lines. What stands last in its row widens no column."""
    spans = [_without_empty(line(*row)) for row in rows]
    widths: dict[int, int] = {}
    for row in spans:
        for at, span in enumerate(row[:-1]):
            widths[at] = max(widths.get(at, 0), cells(span.text))
    return [_row(row, widths, gap) for row in spans]


def _without_empty(row: Line) -> Line:
    last = max((at for at, span in enumerate(row) if span.text), default=-1)
    return row[: last + 1]


def _row(row: Line, widths: Mapping[int, int], gap: int) -> Line:
    filled: list[Span] = []
    for at, span in enumerate(row):
        filled.append(span)
        if at < len(row) - 1:
            filled.append(Span(" " * (widths[at] - cells(span.text) + gap)))
    return tuple(filled)


def wants_colour(stream: TextIO) -> bool:
    """Whether a person watches the stream and did not turn colours off (`NO_COLOR`, `TERM=dumb`)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in {"dumb", "unknown"}:
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def width_of(stream: TextIO) -> int | None:
    """Returns the columns of the terminal behind a stream; None for a file or a pipe, where nothing is folded."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def emit(text: str, stream: TextIO) -> None:
    """Writes a text; what the stream's encoding cannot express is written as its escape."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def show(lines: Iterable[Line], stream: TextIO) -> None:
    """Writes lines, in colours where a person watches."""
    emit(paint(lines, colour=wants_colour(stream)), stream)
