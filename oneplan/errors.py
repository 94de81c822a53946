"""Every failure this product expects, as one tree.

OneplanError
├── ManifestError     the YAML files do not describe a working stack
├── PackagingError    a site's package cannot be built
└── OperateError      what is running cannot be reached, or refuses

The text of an error reads `where: what is wrong; what would be right`. Whoever talks to the user catches
`OneplanError` once and prints it; a traceback means a fault of ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
"""An error stops; a warning is told."""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong, or doubtful, in one place of one file."""

    file: str
    """Path from the project folder, with slashes."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1."""
    code: str
    """Stable name of the check, such as WJ010."""
    message: str
    """What is wrong; what would be right."""
    severity: Severity = "error"
    stacks: tuple[str, ...] = ()
    """The stacks it shows in, when that is not all of those that were checked."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.message}"


class OneplanError(Exception):
    """Base of every failure that is told to the user without a traceback."""


class ManifestError(OneplanError):
    """Raised when reading or checking the manifest finds problems; carries all of them, sorted."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class PackagingError(OneplanError):
    """Raised when a site's package cannot be built from its app and job folders."""


class OperateError(OneplanError):
    """Raised when what is running, here or in Azure, cannot be reached or refuses a request."""


class JobBusyError(OperateError):
    """Raised when a job cannot be run because a run of it has not ended."""
