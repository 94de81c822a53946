"""Problems for people: each with its line of YAML and a mark under the place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from oneplan.cli.formats.excerpt import excerpt
from oneplan.cli.formats.found import Found, Sources
from oneplan.cli.styled import Line, Span, Style, fold, line, visible
from oneplan.errors import Problem

MOST_COLUMNS = 120
"""What of a source line is shown where nothing else sets the width."""
_GUTTER = 8
STYLES: dict[str, Style] = {"error": "bold red", "warning": "bold yellow"}


def problem_lines(problems: Sequence[Problem], sources: Sources, width: int | None) -> Iterator[Line]:
    """Yields the problems grouped by file; `width` is the terminal's, None where nothing is folded."""
    for number, (file, in_file) in enumerate(groupby(problems, key=lambda problem: problem.file)):
        if number:
            yield ()
        source = sources(file)
        for problem in in_file:
            yield from _problem(problem, source, width)


def _problem(problem: Problem, source: Sequence[str], width: int | None) -> Iterator[Line]:
    place = f"{visible(problem.file)}:{problem.line}:{problem.column}:"
    style = STYLES[problem.severity]
    told = line(
        Span(place, "bold"), " ", Span(problem.severity, style), " ", Span(problem.code, "cyan"), " ",
        visible(problem.message), Span(in_stacks(problem.stacks), "dim"),
    )  # fmt: skip
    yield from fold(told, width, indent=4)
    shown = excerpt(source, problem.line, problem.column, min(width or MOST_COLUMNS, MOST_COLUMNS) - _GUTTER)
    if shown is None:
        return
    yield line(Span(f"{problem.line:>5} │ ", "dim"), shown.text)
    colour: Style = "red" if problem.severity == "error" else "yellow"
    yield line(Span("      │ ", "dim"), " " * shown.offset, Span("^" * shown.length, colour))


def in_stacks(stacks: Sequence[str]) -> str:
    """Returns ` (stack prod)`, ` (stacks prod and test)`; nothing for no stacks, which means all of them."""
    if not stacks:
        return ""
    return f" (stack {stacks[0]})" if len(stacks) == 1 else f" (stacks {listed(stacks)})"


def listed(names: Sequence[str]) -> str:
    """Returns `a`, `a and b` or `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def counted(number: int, word: str) -> str:
    """Returns `1 error`, `2 errors`."""
    return f"{number} {word}" + ("" if number == 1 else "s")


def told(found: Found) -> str:
    """Returns `2 errors and 1 warning`; only what there is."""
    counts = ((found.errors, "error"), (found.warnings, "warning"))
    return " and ".join(counted(number, word) for number, word in counts if number)


def summary(found: Found, seconds: float) -> Line:
    """Returns the last line: sound or not, how much there is of what, and the time it took."""
    where = f"stack{'s' if len(found.stacks) > 1 else ''} {listed(found.stacks)}"
    took = Span(f"  {seconds:.2f} s", "dim")
    if found.errors:
        files = len({problem.file for problem in found.problems})
        return line(Span("✗ ", "red"), f"{told(found)} in {counted(files, 'file')}, {where}", took)
    what = ", ".join(counted(number, word.removesuffix("s")) for word, number in found.counts.items() if number)
    mark = Span("! ", "yellow") if found.warnings else Span("✓ ", "green")
    doubts = f", {counted(found.warnings, 'warning')}" if found.warnings else ""
    return line(mark, f"the manifest is sound: {what}; {where}{doubts}", took)
