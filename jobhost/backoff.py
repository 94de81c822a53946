"""How long to wait: between the attempts of a message, and between two looks at an empty queue.

The idle series follows the WebJobs SDK (RandomizedExponentialBackoffStrategy in azure-sdk-for-net,
Microsoft.Azure.WebJobs.Extensions.Storage.Common), with one difference: there is jitter at the cap too,
so that idle hosts do not stay in phase.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

MINIMUM_POLL_SECONDS = 0.1

Jitter = Callable[[], float]
"""A factor around 1 that keeps hosts out of step."""


def spread() -> float:
    """A random factor between 0.8 and 1.2."""
    return random.uniform(0.8, 1.2)


@dataclass(frozen=True)
class Backoff:
    """The delay before a failed message is seen again: `base`, doubled with each attempt, up to `cap`."""

    base: timedelta = timedelta(seconds=5)
    cap: timedelta = timedelta(minutes=10)

    def delay(self, attempt: int, jitter: Jitter = spread) -> timedelta:
        """The wait after the failed `attempt` (the first attempt is 1)."""
        seconds = self.base.total_seconds() * 2.0 ** min(max(attempt, 1) - 1, 32)
        return timedelta(seconds=min(self.cap.total_seconds(), seconds * jitter()))


class IdlePolling:
    """The waits between two polls of an empty queue: 0.1 s growing to `longest`, from the start after a find."""

    def __init__(self, longest: timedelta, jitter: Jitter = spread) -> None:
        self._longest = longest.total_seconds()
        self._jitter = jitter
        self._empty_polls = 0

    def found(self) -> None:
        """Start again with the shortest wait."""
        self._empty_polls = 0

    def next_wait(self) -> float:
        """Seconds to wait after one more poll that found nothing."""
        doubled = 2.0 ** min(self._empty_polls - 1, 32) if self._empty_polls else 0.0
        self._empty_polls += 1
        return min(self._longest * self._jitter(), MINIMUM_POLL_SECONDS * (1 + self._jitter() * doubled))
