"""Shows what is wrong in the manifest: every problem, under its file, with the line it is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from oneplan.cli.screen import err
from oneplan.errors import Problem


def show_problems(problems: Sequence[Problem], root: Path | None = None) -> None:
    """Prints the problems grouped by file, each with its line of YAML and a mark under the place."""
    from rich.text import Text

    from oneplan.cli.project import find_root

    base = root or find_root()
    for file, in_file in groupby(problems, key=lambda problem: problem.file):
        lines = _lines(base / file)
        for problem in in_file:
            place = f"{file}:{problem.line}:{problem.column}"
            err().print(Text.assemble((place, "bold"), ": ", problem.message, (f"  {problem.code}", "dim")))
            _show_line(lines, problem)
    count = len(problems)
    err().print(Text.assemble(("error ", "bold red"), f"the manifest has {count} problem{'s' if count > 1 else ''}"))


def _show_line(lines: Sequence[str], problem: Problem) -> None:
    from rich.text import Text

    if not 1 <= problem.line <= len(lines):
        return
    line = lines[problem.line - 1].expandtabs(1)
    err().print(Text.assemble((f"{problem.line:>5} │ ", "dim"), line), no_wrap=True, overflow="ellipsis")
    err().print(Text.assemble(("      │ ", "dim"), " " * (problem.column - 1), ("^", "red")), no_wrap=True)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
