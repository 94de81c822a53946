"""What a check of the manifest found, with all that a form of it may want to show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oneplan.errors import Problem

Sources = Callable[[str], Sequence[str]]
"""The lines of a file of the project; none when it cannot be read."""

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # where YAML 1.1 ends a line, so that line numbers agree


@dataclass(frozen=True, slots=True)
class NextRuns:
    """When a scheduled job runs next."""

    job: str
    stacks: tuple[str, ...]
    """Those in which it runs so; empty when that is all of them."""
    schedule: str
    """Six-field NCRONTAB."""
    text: str
    """As it was written, such as `every 15m`."""
    words: str
    """In plain English."""
    zone: str
    """IANA name."""
    runs: tuple[datetime, ...]
    """Aware times in the zone, at most three."""


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of one check."""

    stacks: tuple[str, ...]
    """Those that were checked."""
    problems: tuple[Problem, ...] = ()
    """Sorted by place."""
    next_runs: tuple[NextRuns, ...] = ()
    """Soonest first; empty unless the manifest is sound."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many there are of what, such as `apps`; empty unless the manifest is sound."""

    @property
    def errors(self) -> int:
        """How many problems stop."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many problems only tell."""
        return len(self.problems) - self.errors


def split_lines(content: bytes) -> list[str]:
    """Returns the lines of a YAML file as its reader counts them; none for what is no text (UTF-16, binary)."""
    if b"\0" in content:
        return []
    return _LINE_END.split(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
