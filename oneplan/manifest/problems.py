"""Collects what is wrong, so that everything is told at once, and words shared by the messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nsmallest
from itertools import islice

from oneplan.errors import ManifestError, Problem
from oneplan.manifest.catalogue import severity
from oneplan.manifest.secretive import masked
from oneplan.manifest.tree import Mark

MOST_ERRORS = 500
"""A generated file may have a fault in every line: whoever mends the first few hundred runs the checks again."""

_SHOWN = 12
_LONGEST_MESSAGE = 2000
_LONGEST_COMPARED, _MOST_COMPARED, _MOST_SLIPS = 100, 60, 4


@dataclass(slots=True, eq=False)
class Allowance:
    """A check that is switched off for a line."""

    mark: Mark
    """Where that is said."""
    code: str
    is_used: bool = False
    """Whether it kept anything back."""


class Problems:
    """The problems found so far in one stack's files."""

    def __init__(self, known: "Problems | None" = None) -> None:
        self._allowed: dict[tuple[str, int, str], Allowance] = dict(known._allowed) if known is not None else {}
        self._errors: int = known._errors if known is not None else 0
        self._found: dict[tuple[Mark, str], Problem] = dict(known._found) if known is not None else {}

    def add(self, mark: Mark, code: str, message: str) -> None:
        """Remembers a problem; the same check at the same place counts once.

        Raises:
            ManifestError: there are `MOST_ERRORS` errors now, which is enough.
        """
        problem = Problem(mark.file, mark.line, mark.column, code, _on_one_line(masked(_cut(message))), severity(code))
        self._remember((mark, code), problem)

    def allow(self, mark: Mark, line: int, code: str) -> None:
        """Leaves out what a check finds in a line, from now on.

        Args:
            mark: Where that is said.
            line: The line, in the same file.
            code: The check.
        """
        self._allowed.setdefault((mark.file, line, code), Allowance(mark, code))

    @property
    def allowances(self) -> tuple["Allowance", ...]:
        """What is left out; those that were known before are shared with where they came from."""
        return tuple(self._allowed.values())

    def include(self, others: "Problems") -> None:
        """Remembers problems that were found apart; raises as `add` does."""
        for place, problem in others._found.items():
            self._remember(place, problem)

    def _remember(self, place: tuple[Mark, str], problem: Problem) -> None:
        if place in self._found:
            return
        if self._allowed and (allowance := self._allowed.get((problem.file, problem.line, problem.code))):
            allowance.is_used = True
            return
        self._found[place] = problem
        self._errors += problem.severity == "error"
        if self._errors >= MOST_ERRORS:
            self.raise_any()

    def __len__(self) -> int:
        return len(self._found)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is doubtful and stops nothing, sorted by place."""
        return tuple(sorted(one for one in self._found.values() if one.severity == "warning"))

    def sorted(self) -> tuple[Problem, ...]:
        """Returns all of them, sorted by place."""
        return tuple(sorted(self._found.values()))

    @property
    def has_errors(self) -> bool:
        """Whether one of them stops."""
        return self._errors > 0

    def raise_any(self) -> None:
        """Raises a ManifestError with all problems, if one of them is an error."""
        if self.has_errors:
            raise ManifestError(self._found.values())


def _cut(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[:_LONGEST_MESSAGE]}..."


def _on_one_line(message: str) -> str:
    """Line ends and control characters of the user's values must not reach a terminal as such."""
    if message.isprintable():
        return message
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in message)


def near(name: str, known: Iterable[str]) -> str:
    """Returns the end of a message about an unknown name: the closest known one, or what there is."""
    names, wanted = list(known), name.lower()[:_LONGEST_COMPARED]
    if len(names) > _MOST_COMPARED:
        likely = (one for one in names if one[:1] == wanted[:1] and abs(len(one) - len(wanted)) < _MOST_SLIPS)
        close = get_close_matches(wanted, islice(likely, _MOST_COMPARED), n=1)
    else:
        close = get_close_matches(wanted, sorted(names), n=1)
    return f'did you mean "{close[0]}"?' if close else f"known here: {listing(nsmallest(_SHOWN + 1, names))}"


def listing(names: Iterable[str]) -> str:
    """Returns names for a sentence, cut when there are many."""
    all_names = list(names)
    shown = ", ".join(all_names[:_SHOWN])
    return (shown or "none") + (", ..." if len(all_names) > _SHOWN else "")


def quoted(value: object) -> str:
    """Returns a value as a message shows it: in YAML's words, in quotes, cut when long."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case dict():
            return "a map"
        case list() | tuple():
            return "a list"
        case _:
            text = str(value)
            return f'"{text[:57]}..."' if len(text) > 60 else f'"{text}"'
