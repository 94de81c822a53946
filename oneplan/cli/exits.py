"""Exit codes, and the one way to end a command early."""

from __future__ import annotations

from enum import IntEnum

from oneplan.errors import OneplanError


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    FAILED = 1
    """Something could not be done, or a job that was waited for failed."""
    USAGE = 2
    """The command line is wrong."""
    MANIFEST = 3
    """oneplan.yaml, a job.yaml or a stack's overrides have problems."""
    INTERRUPTED = 130


class CommandFailedError(OneplanError):
    """Raised by a command that has said all there is to say; only the exit code is left."""


class UsageError(OneplanError):
    """Raised when the command line makes no sense, for example a wrong argument for a job."""
