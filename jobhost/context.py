"""What a handler may know about its own call, and how it learns that it should end."""

from __future__ import annotations

import sys
import threading
from datetime import datetime, timedelta
from enum import StrEnum

from jobhost.clock import Clock
from jobhost.errors import GiveBack
from jobhost.logs import Log

_MAKING = threading.Lock()
"""Held for a moment while a context's event is made or set."""


class CancelReason(StrEnum):
    """Why a handler should end."""

    STOPPING = "stopping"
    TIMEOUT = "timeout"
    LEASE_LOST = "lease_lost"
    LOCK_LOST = "lock_lost"


class Context:
    """One call of a function. A handler asks for it with a second parameter."""

    def __init__(
        self,
        function: str,
        message_id: str,
        attempt: int,
        max_attempts: int,
        *,
        clock: Clock,
        log: Log,
        timeout: timedelta | None = None,
    ) -> None:
        self.function = function
        """The function's name."""
        self.message_id = message_id
        """The message's identifier, or that of the timer's run."""
        self.attempt = attempt
        """1 for the first delivery."""
        self.max_attempts = max_attempts
        """After how many failed attempts the message is poison."""
        self.cancel_reason: CancelReason | None = None
        """Why the handler should end; None while it should not."""
        self._clock, self._log = clock, log
        self._cancelled: threading.Event | None = None
        self._ends = None if timeout is None else clock.monotonic() + timeout.total_seconds()

    @property
    def log(self) -> UserLog:
        """Writes lines that name this call: `context.log.info("page %d of %d", 3, 7)`."""
        return UserLog(self._log, self.function, self.message_id)

    @property
    def cancelled(self) -> threading.Event:
        """Set when the handler should end; made when first asked for, as most handlers never do."""
        with _MAKING:
            if self._cancelled is None:
                self._cancelled = threading.Event()
                if self.cancel_reason is not None:
                    self._cancelled.set()
            return self._cancelled

    @property
    def remaining(self) -> float | None:
        """Seconds until the time-out, never below 0; None without one."""
        return None if self._ends is None else max(0.0, self._ends - self._clock.monotonic())

    @property
    def deadline(self) -> datetime | None:
        """When the time-out strikes (UTC); None without one."""
        remaining = self.remaining
        return None if remaining is None else self._clock.now() + timedelta(seconds=remaining)

    def give_back(self, reason: str = "") -> GiveBack:
        """What to raise for the message to be visible again at once, without a failure."""
        return GiveBack(reason or self.cancel_reason or "the handler gave the message back")

    def cancel(self, reason: CancelReason) -> None:
        """Tell the handler to end; the first reason stays."""
        with _MAKING:
            if self.cancel_reason is None:
                self.cancel_reason = reason
                if self._cancelled is not None:
                    self._cancelled.set()


class UserLog:
    """A handler's own lines in the host's log."""

    __slots__ = ("_function", "_log", "_message_id")

    def __init__(self, log: Log, function: str, message_id: str) -> None:
        self._log, self._function, self._message_id = log, function, message_id

    def info(self, text: str, *values: object) -> None:
        """Write a line at level info."""
        self._log.info("log", **self._fields(text, values))

    def warning(self, text: str, *values: object) -> None:
        """Write a line at level warning."""
        self._log.warning("log", **self._fields(text, values))

    def error(self, text: str, *values: object) -> None:
        """Write a line at level error."""
        self._log.error("log", **self._fields(text, values))

    def debug(self, text: str, *values: object) -> None:
        """Write nothing: the host has no level below info. It is here for code that was written for `logging`."""

    def exception(self, text: str, *values: object) -> None:
        """Write a line at level error, and the traceback of the exception that is being handled."""
        self.error(text, *values)
        problem = sys.exc_info()[1]
        if problem is not None:
            self._log.trace(problem)

    def _fields(self, text: str, values: tuple[object, ...]) -> dict[str, object]:
        return {"function": self._function, "message": self._message_id, "text": text % values if values else text}
