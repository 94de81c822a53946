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
from typing import TYPE_CHECKING, Any, TextIO

from oneplan.cli.styled import Span, fold, line, show, visible, width_of

if TYPE_CHECKING:
    from rich.console import Console

UNFOLDED = 200
NARROW = 100
"""Below this many columns a table leaves out what can be done without."""

_GOOD = frozenset({"Running", "Ready", "Success", "PendingRestart"})
_BAD = frozenset({"Failed", "Aborted", "Stopped", "Blocked", "Disabled"})
_NO_END = Span("")
NOTHING = Span("-", "dim")
"""In a table, where there is nothing to tell."""


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
    _say(Span("error ", "bold red"), message)


def warn(message: str) -> None:
    """Says what the user should know although the command goes on."""
    _say(Span("note ", "bold yellow"), message)


def done(message: str, *, seconds: float | None = None) -> None:
    """Says that a step is over, and how long it took."""
    _say(Span("✓ ", "green"), message, Span(f"  {seconds:.1f} s" if seconds is not None else "", "dim"))


def _say(mark: Span, message: str, end: Span = _NO_END) -> None:
    """Writes a message to standard error; a line that is longer than the terminal is folded."""
    first, *rest = [visible(each.expandtabs(4)) for each in message.split("\n")]
    lines = [line(mark, first), *map(line, rest)]
    lines[-1] += (end,)
    columns = width_of(sys.stderr)
    show((folded for each in lines for folded in fold(each, columns)), sys.stderr)
    sys.stderr.flush()


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


def width() -> int:
    """Returns the columns there are for results; a file or a pipe has as many as `COLUMNS` says, or many."""
    return width_of(sys.stdout) or int(os.environ.get("COLUMNS") or UNFOLDED)


def state(word: str) -> Span:
    """Returns a state in its colour; the words are App Service's."""
    if word in _GOOD:
        return Span(word, "green")
    return Span(word, "red" if word in _BAD else "yellow")
