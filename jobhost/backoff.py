"""How long to wait: between the attempts of a message, and between two looks at an empty queue.

The idle series follows the WebJobs SDK (RandomizedExponentialBackoffStrategy in azure-sdk-for-net,
Microsoft.Azure.WebJobs.Extensions.Storage.Common), with two differences: there is jitter at the cap too, so that
idle hosts do not stay in phase, and for ten seconds after a find the wait stays the shortest, because work comes
in bursts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from jobhost.durations import Duration, duration

MINIMUM_POLL_SECONDS = 0.1
EAGER_SECONDS = 10.0
"""For how long after a find the queue is looked at every 0.1 s."""
LONGEST_HIDDEN = timedelta(days=7)
"""The service hides a message for at most this long."""

Jitter = Callable[[], float]
"""A factor around 1 that keeps hosts out of step."""


def spread() -> float:
    """A random factor between 0.8 and 1.2."""
    from random import uniform

    return uniform(0.8, 1.2)


class Backoff:
    """The delay before a failed message is seen again: `base`, doubled up to `cap`, and a fifth more or less."""

    __slots__ = ("base", "cap")

    def __init__(self, base: Duration = "5s", *, cap: Duration = "10m") -> None:
        """Raises StartError when one is not a length of time; a delay never exceeds the service's seven days."""
        self.base = duration(base, "Backoff(base)")
        self.cap = min(duration(cap, "Backoff(cap)"), LONGEST_HIDDEN)

    def __repr__(self) -> str:
        return f"Backoff({self.base.total_seconds():g}, cap={self.cap.total_seconds():g})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Backoff) and (self.base, self.cap) == (other.base, other.cap)

    def __hash__(self) -> int:
        return hash((self.base, self.cap))

    def delay(self, attempt: int, jitter: Jitter = spread) -> timedelta:
        """The wait after the failed `attempt` (the first attempt is 1)."""
        seconds = self.base.total_seconds() * 2.0 ** min(max(attempt, 1) - 1, 32)
        return min(timedelta(seconds=min(self.cap.total_seconds(), seconds) * jitter()), LONGEST_HIDDEN)


class IdlePolling:
    """The waits between two polls of an empty queue: 0.1 s growing to `longest`, from the start after a find."""

    def __init__(self, longest: timedelta, jitter: Jitter = spread) -> None:
        self._longest = longest.total_seconds()
        self._jitter = jitter
        self._empty_polls = 0
        self._eager_left = 0.0

    def found(self) -> None:
        """Start again with the shortest wait, and stay with it for a while."""
        self._empty_polls = 0
        self._eager_left = EAGER_SECONDS

    def longest(self) -> float:
        """Seconds to wait when looking again soon is of no use, as after a refusal."""
        return self._longest * self._jitter()

    def next_wait(self) -> float:
        """Seconds to wait after one more poll that found nothing."""
        if self._eager_left > 0:
            self._eager_left -= MINIMUM_POLL_SECONDS
            return min(self._longest, MINIMUM_POLL_SECONDS)
        doubled = 2.0 ** min(self._empty_polls - 1, 32) if self._empty_polls else 0.0
        self._empty_polls += 1
        return min(self._longest * self._jitter(), MINIMUM_POLL_SECONDS * (1 + self._jitter() * doubled))
