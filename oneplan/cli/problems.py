"""Problems on the terminal: those of a command that cannot go on, and the doubts of one that does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from oneplan.cli.formats.found import Found, Sources, split_lines
from oneplan.errors import Problem

LARGEST_BYTES = 1 << 20
"""What the manifest's reader takes; of a larger file nothing is shown."""
MOST_WARNINGS = 5
"""Shown before a deployment; `oneplan validate` shows all."""


def sources(root: Path) -> Sources:
    """Returns what gives the lines of a file in the project's folder; each is read once."""

    @cache
    def lines(file: str) -> Sequence[str]:
        try:
            with (root / file).open("rb") as stream:
                content = stream.read(LARGEST_BYTES + 1)
        except (OSError, ValueError):
            return ()
        return () if len(content) > LARGEST_BYTES else split_lines(content)

    return lines


def show_problems(problems: Sequence[Problem], root: Path | None = None) -> None:
    """Prints what stops a command, grouped by file, each problem with its line of YAML and a mark under the place."""
    from oneplan.cli.formats.text import problem_lines, told
    from oneplan.cli.project import find_root
    from oneplan.cli.styled import Span, line, show, width_of

    found = Found((), tuple(problems))
    words = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}" if not found.warnings else told(found)
    show(problem_lines(problems, sources(root or find_root()), width_of(sys.stderr)), sys.stderr)
    show([line(Span("error ", "bold red"), f"the manifest has {words}")], sys.stderr)


def show_warnings(warnings: Sequence[Problem]) -> None:
    """Prints what is doubtful and stops nothing, a line each, and how to see more."""
    from oneplan.cli.screen import warn

    for problem in warnings[:MOST_WARNINGS]:
        warn(str(problem))
    if len(warnings) > MOST_WARNINGS:
        warn(f"{len(warnings) - MOST_WARNINGS} more warnings; `oneplan validate` shows all")
