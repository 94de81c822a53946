"""A table without frames, as lines: a thousand rows are there in milliseconds.

What does not fit the terminal is folded inside its column, the widest first; the first column stays whole.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from oneplan.cli.styled import Line, Span, length, line, show, width_of, without_end, words

Cell = str | Span | tuple[str | Span, ...]
"""Text, plain or styled, or pieces of both."""
_GAP = 2
_NARROWEST = 8
"""Columns of a cell below which it is not folded any more."""


class Grid:
    """Rows under their heads; a head that begins with `>` is aligned right."""

    def __init__(self, *heads: str) -> None:
        self._is_right = [head.startswith(">") for head in heads]
        self._rows: list[list[Line]] = [[(Span(head.removeprefix(">"), "dim"),) for head in heads]]

    def add_row(self, *cells: Cell) -> None:
        """Adds a row with a cell for each head."""
        self._rows.append([line(*cell) if isinstance(cell, tuple) else line(cell) for cell in cells])

    def lines(self, width: int | None = None) -> Iterator[Line]:
        """Yields the table for a terminal of so many columns; None: nothing is folded."""
        widths = _fitting([max(map(length, column)) for column in zip(*self._rows, strict=True)], width)
        for row in self._rows:
            if all(length(cell) <= room for cell, room in zip(row, widths, strict=True)):
                yield self._line(row, widths)
            else:
                folded = [list(_folded(cell, room)) for cell, room in zip(row, widths, strict=True)]
                yield from (self._line(each, widths) for each in zip_longest(*folded, fillvalue=()))

    def print(self) -> None:
        """Writes it to standard output, as wide as the terminal there."""
        show(self.lines(width_of(sys.stdout)), sys.stdout)

    def _line(self, row: Sequence[Line], widths: Sequence[int]) -> Line:
        filled: list[Span] = []
        for at, (cell, room) in enumerate(zip(row, widths, strict=True)):
            space = Span(" " * (room - length(cell)))
            filled += [space, *cell] if self._is_right[at] else [*cell, space]
            filled.append(Span(" " * _GAP))
        return without_end(filled)


def _fitting(widths: list[int], width: int | None) -> list[int]:
    """The widths of columns so that the row fits, if it can: the widest becomes narrower, never the first."""
    if width is None:
        return widths
    fitting = list(widths)
    while len(fitting) > 1 and sum(fitting) + _GAP * (len(fitting) - 1) > width:
        widest = max(range(1, len(fitting)), key=fitting.__getitem__)
        if fitting[widest] <= _NARROWEST:
            break
        fitting[widest] -= 1
    return fitting


def _folded(cell: Line, width: int) -> Iterator[Line]:
    """The cell in lines that fit, broken at blanks; a word that is too long is cut."""
    current: list[Span] = []
    used = 0
    for word in words(cell):
        for piece in _cut(word, width):
            if current and used + length((Span(piece.text.rstrip(" ")),)) > width:
                yield without_end(current)
                current, used = [], 0
            current.append(piece)
            used += length((piece,))
    yield without_end(current)


def _cut(word: Span, width: int) -> Iterator[Span]:
    rest = word.text
    while length((Span(rest.rstrip(" ")),)) > width:
        end = next(end for end in range(len(rest), 0, -1) if end == 1 or length((Span(rest[:end]),)) <= width)
        yield Span(rest[:end], word.style)
        rest = rest[end:]
    yield Span(rest, word.style)
