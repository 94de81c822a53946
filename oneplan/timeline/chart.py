"""The day cut into columns, for a chart of letters: what each job does in each, and how many start at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from oneplan.timeline.crowding import starts_a_minute, taken
from oneplan.timeline.day import Day, Row

_BARS = " ▁▂▃▄▅▆▇█"


class Cell(Enum):
    """What a job does in one column."""

    IDLE = " "
    START = "■"
    SKIPPED = "□"
    BUSY = "━"
    ALL_DAY = "─"


@dataclass(frozen=True, slots=True)
class Bar:
    """The most jobs that start in one minute of a column."""

    letter: str
    """A bar as high as its share of the day's peak."""
    count: int
    is_crowded: bool
    """More than the plan has cores."""


def columns_for(width: int) -> int:
    """Returns how many columns a day has in a width: a whole number an hour, or one for an hour and a half."""
    return next((columns for columns in (144, 96, 72, 48, 24) if columns <= width), 16)


def cells(day: Day, row: Row, columns: int) -> tuple[Cell, ...]:
    """Returns a job's day in that many columns; a start wins over a skipped one, and that over a run that goes on."""
    if row.is_continuous:
        return (Cell.ALL_DAY,) * columns
    found = [Cell.IDLE] * columns
    kept = taken(row)
    for start in kept:
        last = min(start + row.minutes, day.length) - 1
        for column in range(start * columns // day.length, last * columns // day.length + 1):
            found[column] = Cell.BUSY
    for cell, starts in ((Cell.SKIPPED, row.starts), (Cell.START, kept)):
        for start in starts:
            found[start * columns // day.length] = cell
    return tuple(found)


def bars(day: Day, columns: int) -> tuple[Bar, ...]:
    """Returns the starts of the day in that many columns."""
    counts = starts_a_minute(day)
    peak = max(counts, default=0)
    highest = [max(part) for part in _parts(counts, columns)]
    return tuple(Bar(_BARS[-(-count * 8 // peak) if peak else 0], count, count > day.cores) for count in highest)


def hours(day: Day, columns: int) -> str:
    """Returns the line of hours above a chart, each where it begins."""
    every = 3 if columns >= 48 else 6
    line = [" "] * columns
    for minute in range(0, day.length, 60 * every):
        label, at = day.clock(minute)[: 5 if columns >= 96 else 2], minute * columns // day.length
        line[at : at + len(label)] = label
    return "".join(line[:columns]).rstrip()


def _parts(counts: Sequence[int], columns: int) -> list[Sequence[int]]:
    bounds = [column * len(counts) // columns for column in range(columns + 1)]
    return [counts[start:end] or (0,) for start, end in pairwise(bounds)]
