"""`oneplan diff`: what is not the same in two stacks."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from oneplan.cli.exits import UsageError
from oneplan.cli.formats import provenance
from oneplan.cli.formats.schedules import words_of
from oneplan.cli.project import find_root
from oneplan.cli.styled import Span, emit, line, show
from oneplan.cli.validate import chosen


def diff(stacks: Sequence[str], *, as_json: bool) -> None:
    """Prints what differs between two stacks; raises UsageError unless there are two to compare."""
    from oneplan.manifest import difference

    root = find_root()
    found = chosen(root, stacks)
    if len(found) != 2:
        there_are = "stacks here" if not stacks else "given"
        raise UsageError(
            f"diff: two stacks are compared, {there_are}: {', '.join(found)}; write oneplan diff -s dev -s prod"
        )
    left, right = found
    differences = difference(root, left, right)
    if as_json:
        documents = [provenance.difference_document(each, words_of) for each in differences]
        emit(json.dumps({"left": left, "right": right, "differences": documents}, indent=2) + "\n", sys.stdout)
    elif not differences:
        show([line(f"nothing differs between {left} and {right}")], sys.stdout)
    else:
        head = line(Span("- ", "red"), left, "   ", Span("+ ", "green"), right)
        show([head, (), *provenance.differing(differences, words_of)], sys.stdout)
