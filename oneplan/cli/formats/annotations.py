"""Problems as lines that code hosts show beside the source.

GitHub: "Workflow commands for GitHub Actions", escaping as in actions/toolkit `packages/core/src/command.ts`. Azure
Pipelines: "Logging commands", escaping as in microsoft/azure-pipelines-agent `CommandStringConvertor`.
"""

from __future__ import annotations

from collections.abc import Iterable

from oneplan.cli.formats.text import in_stacks
from oneplan.errors import Problem

_GITHUB_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_GITHUB_PROPERTY = {**_GITHUB_MESSAGE, **str.maketrans({":": "%3A", ",": "%2C"})}
_AZURE = str.maketrans({"%": "%AZP25", ";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"})
_AZURE_MESSAGE = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A"})


def github(problems: Iterable[Problem], prefix: str = "") -> str:
    """Returns one workflow command a problem; `prefix` is the project's folder in its repository, with a slash."""
    return "".join(_github(problem, prefix) for problem in problems)


def _github(problem: Problem, prefix: str) -> str:
    values = {
        "file": prefix + problem.file,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": problem.code,
    }
    properties = ",".join(f"{key}={value.translate(_GITHUB_PROPERTY)}" for key, value in values.items())
    return f"::{problem.severity} {properties}::{_message(problem).translate(_GITHUB_MESSAGE)}\n"


def azure(problems: Iterable[Problem], prefix: str = "") -> str:
    """Returns one logging command a problem; `prefix` is the project's folder in its repository, with a slash."""
    return "".join(_azure(problem, prefix) for problem in problems)


def _azure(problem: Problem, prefix: str) -> str:
    values = {
        "type": problem.severity,
        "sourcepath": prefix + problem.file,
        "linenumber": str(problem.line),
        "columnnumber": str(problem.column),
        "code": problem.code,
    }
    properties = ";".join(f"{key}={value.translate(_AZURE)}" for key, value in values.items())
    return f"##vso[task.logissue {properties}]{_message(problem).translate(_AZURE_MESSAGE)}\n"


def _message(problem: Problem) -> str:
    return problem.message + in_stacks(problem.stacks)
