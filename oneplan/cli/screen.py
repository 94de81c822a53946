"""What the terminal looks like: quiet steps on stderr, results on stdout, colour only where a person reads.

Rich follows `NO_COLOR` and `TERM=dumb`; where nobody watches, each step is one plain line and nothing moves.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

UNFOLDED = 200
NARROW = 100
"""Below this many columns a table leaves out what can be done without."""

_GOOD = frozenset({"Running", "Ready", "Success", "PendingRestart"})
_BAD = frozenset({"Failed", "Aborted", "Stopped", "Blocked", "Disabled"})


@cache
def out() -> Console:
    """Where results go."""
    from rich.console import Console

    return Console(highlight=False, **_for(sys.stdout))


@cache
def err() -> Console:
    """Where progress and complaints go."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, **_for(sys.stderr))


def _for(stream: TextIO) -> dict[str, Any]:
    """A file or a pipe has no width: nothing is folded for it."""
    return {} if stream.isatty() else {"soft_wrap": True, "width": int(os.environ.get("COLUMNS") or UNFOLDED)}


def complain(message: str) -> None:
    """Says what went wrong, after a red mark where there is colour."""
    from rich.text import Text

    err().print(Text.assemble(("error ", "bold red"), message))


def warn(message: str) -> None:
    """Says what the user should know although the command goes on."""
    from rich.text import Text

    err().print(Text.assemble(("note ", "bold yellow"), message))


def done(message: str, *, seconds: float | None = None) -> None:
    """Says that a step is over, and how long it took."""
    from rich.text import Text

    took = f"  {seconds:.1f} s" if seconds is not None else ""
    err().print(Text.assemble(("✓ ", "green"), message, (took, "dim")))


def record(document: object, *, as_json: bool) -> None:
    """Prints what was done as JSON on standard output, for programs; without `as_json` nothing: it was told already."""
    if as_json:
        import json

        print(json.dumps(document, indent=2))


@contextmanager
def step(doing: str) -> Iterator[Stopwatch]:
    """Shows that something goes on; a spinner for a person, one line for a log."""
    if not err().is_terminal:
        err().print(f"{doing} …", markup=False)
        yield Stopwatch()
        return
    with err().status(doing, spinner="dots", spinner_style="cyan") as status:
        yield Stopwatch(status.update)


class Stopwatch:
    """The time since a step began, and the spinner's words."""

    def __init__(self, show: Callable[[str], None] = lambda _: None) -> None:
        self._began = time.monotonic()
        self.show = show
        """Changes the spinner's words; does nothing where there is no spinner."""

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self._began


def table(*columns: str) -> Table:
    """An empty table without frames; a column named `>x` is aligned right, the first one is never folded."""
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for number, column in enumerate(columns):
        align: Literal["left", "right"] = "right" if column.startswith(">") else "left"
        drawn.add_column(column.lstrip(">"), justify=align, overflow="fold", no_wrap=number == 0)
    return drawn


def state(word: str) -> str:
    """A state in its colour, as rich markup; the words are App Service's and hold no brackets."""
    if word in _GOOD:
        return f"[green]{word}[/]"
    return f"[red]{word}[/]" if word in _BAD else f"[yellow]{word}[/]"
