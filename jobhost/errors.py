"""What can go wrong in a job host, and the two ways a handler says how its message failed.

JobHostError
├── StartError      the host cannot start: an option or an environment variable is wrong
├── QueueError      the storage service did not do what was asked; try again later
│   └── LeaseLost   the message is no longer ours: it was deleted, or somebody else received it
├── Retry           raised by a handler: this attempt failed as expected, try again later
└── Poison          raised by a handler: no further attempt can help
"""

from __future__ import annotations

from datetime import timedelta


class JobHostError(Exception):
    """Any failure of the job host."""


class StartError(JobHostError):
    """Raised when the host cannot start; the text reads `where: what is wrong; what would be right`."""


class QueueError(JobHostError):
    """Raised by a queue when the service refuses or cannot be reached; the host backs off and goes on."""


class LeaseLost(QueueError):  # noqa: N818 - what happened, not an error of the program
    """Raised by a queue when a receipt is no longer valid: the message is gone or has a new reader."""


class Retry(JobHostError):  # noqa: N818 - reads as what it asks for: raise Retry(...)
    """Raised by a handler whose attempt failed in an expected way: counted and retried, without a traceback."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after
        """Wait this long instead of what the queue's back-off says."""


class Poison(JobHostError):  # noqa: N818 - reads as what it asks for: raise Poison(...)
    """Raised by a handler when no further attempt can help: the message goes to the poison queue at once."""
