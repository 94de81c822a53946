"""What can go wrong in a job host, and how a handler says what is to become of its message.

JobHostError
├── StartError        the host cannot start: an option or an environment variable is wrong
├── QueueError        the storage service did not do what was asked; try again later
│   └── LeaseLost     the message is no longer ours: it was deleted, or somebody else received it
├── InvalidPayload    the message is not what the handler's annotation says
├── PayloadTooLarge   a message over the service's 64 KiB
├── LockTimeout       a singleton's lock stayed with somebody else
├── Retry             raised by a handler: this attempt failed as expected, try again later
├── Poison            raised by a handler: no further attempt can help
└── GiveBack          raised by a handler: not now; the message is visible again at once and nothing failed
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobhost.durations import Duration


class JobHostError(Exception):
    """Any failure of the job host."""


class StartError(JobHostError):
    """Raised when the host cannot start; the text reads `where: what is wrong; what would be right`."""


class QueueError(JobHostError):
    """Raised by storage when the service refuses or cannot be reached; the host backs off and goes on."""

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status
        """The HTTP status the service answered; None when there was no answer."""


class LeaseLost(QueueError):  # noqa: N818 - what happened, not an error of the program
    """Raised by a queue when a receipt is no longer valid: the message is gone or has a new reader."""


class InvalidPayload(JobHostError):  # noqa: N818 - names the message, not the program
    """Raised when a message does not fit the handler's annotation; the text starts with the field's path."""


class PayloadTooLarge(JobHostError):  # noqa: N818 - names the message, not the program
    """Raised before any request for a message that is over 64 KiB as it would lie in the queue."""


class LockTimeout(JobHostError):  # noqa: N818 - what happened, not an error of the program
    """Raised when a singleton's lock was not free within its time; the attempt counts as failed."""


class Retry(JobHostError):  # noqa: N818 - reads as what it asks for: raise Retry(...)
    """Raised by a handler whose attempt failed in an expected way: counted and retried, without a traceback."""

    def __init__(self, reason: str = "the handler asked for a later attempt", *, after: Duration | None = None) -> None:
        from jobhost.durations import duration

        super().__init__(reason)
        self.after: timedelta | None = None if after is None else duration(after, "Retry(after=…)")
        """Wait this long instead of what the queue's back-off says."""


class Poison(JobHostError):  # noqa: N818 - reads as what it asks for: raise Poison(...)
    """Raised by a handler when no further attempt can help: the message goes to the poison queue at once."""


class GiveBack(JobHostError):  # noqa: N818 - reads as what it asks for: raise context.give_back()
    """Raised by a handler that cannot finish now: the message is visible again at once, and nothing has failed."""


class Crash(BaseException):
    """The process dies here: raised by tests only, and caught by nothing in the host."""
