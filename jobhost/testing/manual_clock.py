"""A clock that stands still until somebody moves it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

ADVANCE_STEP_SECONDS = 1.0


class ManualClock:
    """Time that stands still until `advance`, `sleep` or `wait`."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._watchers: list[Callable[[], object]] = []

    def now(self) -> datetime:
        """The start plus what has elapsed."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Move the time and return at once."""
        self.advance(seconds)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Move the time until `event` is set, at the most by `seconds`."""
        end = self._elapsed + seconds
        while self._elapsed < end and not event.is_set():
            self.advance(min(ADVANCE_STEP_SECONDS, end - self._elapsed))
        return event.is_set()

    def advance(self, seconds: float) -> None:
        """Move the time forward in steps of at most a second, telling the watchers at each."""
        end = self._elapsed + seconds
        while self._elapsed < end:
            self._elapsed = min(end, self._elapsed + ADVANCE_STEP_SECONDS)
            for watcher in self._watchers:
                watcher()

    def jump(self, seconds: float) -> None:
        """Move the time at once, as when the host was down; nobody is told."""
        self._elapsed += seconds

    def correct(self, seconds: float) -> None:
        """Set the clock on the wall by so much, as an administrator or NTP does; `monotonic` does not notice."""
        self._start += timedelta(seconds=seconds)

    def watch(self, watcher: Callable[[], object]) -> None:
        """Call `watcher` after every step."""
        self._watchers.append(watcher)
