"""What is known of one execution when it has ended: the single source of log lines, counts and telemetry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How an execution ended."""

    HANDLED = "handled"
    FAILED = "failed"
    POISONED = "poisoned"
    GIVEN_BACK = "given-back"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Execution:
    """One call of a function, or a delivery that ended before its call."""

    function: str
    source: str
    """The queue's name, or the timer's schedule."""
    message: str
    attempt: int
    max_attempts: int
    outcome: Outcome
    started: datetime
    seconds: float
    """From the call to its settling."""
    waited: float
    """Seconds from when the message was sent, or the timer was due, to the start."""
    reason: str = ""
    retry_in: float | None = None
    """Seconds until the message is seen again."""
    poison: str = ""
    """The queue that holds it now, when it was poisoned."""
    error: BaseException | None = None

    def fields(self) -> dict[str, object]:
        """What a line of the log says."""
        said: dict[str, object] = {
            "function": self.function,
            "source": self.source,
            "message": self.message,
            "attempt": self.attempt,
            "max_attempts": self.max_attempts,
            "seconds": round(self.seconds, 3),
            "waited": round(self.waited, 3),
        }
        if self.retry_in is not None:
            said["retry_in"] = round(self.retry_in, 3)
        if self.poison:
            said["to"] = self.poison
        if self.reason:
            said["reason"] = self.reason
        return said


Observer = Callable[[Execution], None]
"""Is told of each execution when it has ended."""
