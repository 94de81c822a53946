"""One line of a source file as it is shown under a problem: masked, cut to fit, with the place in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from oneplan.cli.formats.masking import Range, hidden
from oneplan.cli.styled import cell

MASK = "••••"
CUT = "…"
_WORD = re.compile(r"""[^\s,:{}\[\]]+""")
_LONGEST = 10_000
"""Characters of a line that are looked at around the place."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What to show; offset and length count columns of a terminal."""

    text: str
    offset: int
    """Where the marked place begins."""
    length: int
    """How much is marked, at least 1."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    width: int
    is_marked: bool


def excerpt(lines: Sequence[str], number: int, column: int, width: int) -> Excerpt | None:
    """Returns the line of that number with the place at `column`, both counted from 1; None when there is no such line.

    Tabs become one blank and what cannot be printed a dot, so that the mark stands under its place; nothing that
    may be a secret is shown; more than `width` columns are cut on either side.
    """
    if not 1 <= number <= len(lines):
        return None
    line = lines[number - 1]
    at = min(max(column - 1, 0), len(line))
    pieces = _pieces(line, at, _word_end(line, at), hidden(lines, number))
    return _cut(pieces, width)


def masked(lines: Sequence[str], number: int) -> str:
    """Returns the whole line with what may be a secret hidden; empty when there is no such line."""
    if not 1 <= number <= len(lines):
        return ""
    line, shown, end = lines[number - 1], "", 0
    for start, stop in hidden(lines, number):
        shown, end = shown + line[end:start] + MASK, stop
    return shown + line[end:]


def _word_end(line: str, at: int) -> int:
    quote = line[at : at + 1]
    if quote in {"'", '"'}:
        closing = line.find(quote, at + 1)
        return closing + 1 if closing > 0 else at + 1
    word = _WORD.match(line, at)
    return word.end() if word else at + 1


def _pieces(line: str, at: int, end: int, hide: Sequence[Range]) -> list[_Piece]:
    """The line, character by character, what is hidden as one piece each; a blank for a place behind its end."""
    first, last = max(at - _LONGEST, 0), min(at + _LONGEST, len(line))
    pieces: list[_Piece] = [] if first == 0 else [_Piece(CUT, 1, is_marked=False)]
    position = first
    for start, stop in hide:
        if stop <= position or start >= last:
            continue
        pieces += _letters(line, position, max(start, position), at, end)
        pieces.append(_Piece(MASK, len(MASK), is_marked=start <= at < stop))
        position = stop
    pieces += _letters(line, position, last, at, end)
    if last < len(line):
        pieces.append(_Piece(CUT, 1, is_marked=False))
    if at == len(line):
        pieces.append(_Piece(" ", 1, is_marked=True))
    return pieces


def _letters(line: str, start: int, stop: int, at: int, end: int) -> list[_Piece]:
    return [_letter(line[place], is_marked=at <= place < end) for place in range(start, stop)]


def _letter(letter: str, *, is_marked: bool) -> _Piece:
    if letter == "\t":
        return _Piece(" ", 1, is_marked)
    if not letter.isprintable():
        return _Piece("·", 1, is_marked)
    return _Piece(letter, cell(letter), is_marked)


def _cut(pieces: Sequence[_Piece], width: int) -> Excerpt:
    """The part around the mark that fits, a third of it before the mark."""
    mark = next((at for at, piece in enumerate(pieces) if piece.is_marked), 0)
    total = sum(piece.width for piece in pieces)
    first, before = 0, sum(piece.width for piece in pieces[:mark])
    if total > width and before > width // 3:
        room = max(width - 1, 1)
        back = min(before, max(room // 3, room - (total - before)))
        first, before = mark, 0
        while first and before + pieces[first - 1].width <= back:
            first -= 1
            before += pieces[first].width
    shown, length, used = "", 0, 0
    if first:
        shown, used, before = CUT, 1, before + 1
    for at in range(first, len(pieces)):
        piece = pieces[at]
        rest = 0 if at == len(pieces) - 1 else 1
        if used + piece.width + rest > width and at > mark:
            shown += CUT
            break
        shown, used = shown + piece.text, used + piece.width
        length += piece.width if piece.is_marked else 0
    return Excerpt(shown.rstrip(), before, max(length, 1))
