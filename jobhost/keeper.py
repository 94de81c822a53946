"""Attends to everything that is held: renews leases and locks, and watches time-outs.

It has a thread of its own, so that no handler and no event loop that blocks can lose a lease.
"""

from __future__ import annotations

import math
import threading
from typing import Protocol

from jobhost.clock import Clock

SHORTEST_WAIT_SECONDS = 0.05


class Watched(Protocol):
    """Something that needs attention from time to time."""

    @property
    def due(self) -> float:
        """The monotonic time of the next attention; infinity for none."""

    def attend(self) -> None:
        """Do what is due."""


class Keeper:
    """Knows what is held and attends to each when it is due."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._watched: set[Watched] = set()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._wakes_at = math.inf
        self._closed = False

    def watch(self, held: Watched) -> None:
        """Attend to `held` from now on."""
        with self._lock:
            self._watched.add(held)
            due = held.due
            is_sooner = due < self._wakes_at
            if is_sooner:
                self._wakes_at = due
        if is_sooner:
            self._changed.set()

    def forget(self, held: Watched) -> None:
        """Attend to `held` no longer."""
        with self._lock:
            self._watched.discard(held)

    def watched(self) -> tuple[Watched, ...]:
        """What is held now."""
        with self._lock:
            return tuple(self._watched)

    def attend_due(self) -> float | None:
        """Attend to what is due; answers the seconds until the next, or None when nothing will be."""
        now = self._clock.monotonic()
        for held in self.watched():
            if held.due <= now:
                held.attend()
        with self._lock:
            due = min((held.due for held in self._watched), default=math.inf)
            # A wake that is planned stays, though what it was for has ended: the next to be held is then seldom sooner.
            self._wakes_at = due if self._wakes_at <= self._clock.monotonic() else min(due, self._wakes_at)
        if self._wakes_at == math.inf:
            return None
        return max(self._wakes_at - self._clock.monotonic(), SHORTEST_WAIT_SECONDS)

    def start(self) -> None:
        """Attend in the background until `close`."""
        threading.Thread(target=self._run, name="jobhost-keeper", daemon=True).start()

    def close(self) -> None:
        """End the background thread."""
        self._closed = True
        self._changed.set()

    def _run(self) -> None:
        while not self._closed:
            wait = self.attend_due()
            self._changed.wait(wait)
            self._changed.clear()
