"""The outcome of a check as JSON: a form that other programs may rely on.

`{"version": 1, "stacks", "errors", "warnings", "problems", "next_runs", "seconds"}`. A problem has `code`, `severity`
(`error` or `warning`), `file` (from the project folder), `line` and `column` (from 1, in characters), `message` and
`stacks` (those it shows in). A next run has `job`, `stacks`, `schedule` (six-field NCRONTAB), `text` (as written),
`words`, `zone` and `runs` (ISO 8601 with offset). Fields may be added; `version` grows when one changes its meaning.
"""

from __future__ import annotations

import json
from typing import Any

from oneplan.cli.formats.found import Found, NextRuns
from oneplan.errors import Problem

VERSION = 1


def document(found: Found, seconds: float) -> str:
    """Returns the whole outcome as JSON text."""
    content = {
        "version": VERSION,
        "stacks": list(found.stacks),
        "errors": found.errors,
        "warnings": found.warnings,
        "problems": [_problem(problem, found.stacks) for problem in found.problems],
        "next_runs": [_next_runs(each, found.stacks) for each in found.next_runs],
        "seconds": round(seconds, 3),
    }
    return json.dumps(content, indent=2) + "\n"


def _problem(problem: Problem, stacks: tuple[str, ...]) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "stacks": list(problem.stacks or stacks),
    }


def _next_runs(each: NextRuns, stacks: tuple[str, ...]) -> dict[str, Any]:
    return {
        "job": each.job,
        "stacks": list(each.stacks or stacks),
        "schedule": each.schedule,
        "text": each.text,
        "words": each.words,
        "zone": each.zone,
        "runs": [run.isoformat() for run in each.runs],
    }
