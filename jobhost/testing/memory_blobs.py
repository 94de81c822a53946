"""A container in memory, as strict about leases as the service."""

from __future__ import annotations

import threading
from itertools import count

from jobhost.clock import Clock
from jobhost.errors import LeaseLost, QueueError


class MemoryBlobs:
    """Texts and leases by name. Several hosts of a test may share one."""

    def __init__(self, clock: Clock) -> None:
        self.texts: dict[str, str] = {}
        self._clock = clock
        self._leases: dict[str, tuple[str, float, int]] = {}
        self._faults: list[tuple[str, QueueError]] = []
        self._numbers = count(1)
        self._lock = threading.Lock()

    def fail(self, operation: str, error: QueueError, *, times: int = 1) -> None:
        """Let the next `times` calls of `operation` raise `error`."""
        self._faults += [(operation, error)] * times

    def steal(self, name: str) -> None:
        """Give the lease to somebody else, as when an operator breaks it."""
        self._leases[name] = ("somebody else", self._clock.monotonic() + 60, 60)

    def acquire(self, name: str, seconds: int) -> str | None:
        """A lease on the blob; None while somebody else has it."""
        with self._lock:
            self._begin("acquire")
            _, until, _ = self._leases.get(name, ("", 0.0, 0))
            if until > self._clock.monotonic():
                return None
            lease = f"lease-{next(self._numbers)}"
            self._leases[name] = (lease, self._clock.monotonic() + seconds, seconds)
            return lease

    def renew(self, name: str, lease: str) -> None:
        """Keep the lease; raises `LeaseLost` when somebody else has it."""
        with self._lock:
            self._begin("renew")
            owner, _, seconds = self._leases.get(name, ("", 0.0, 0))
            if owner != lease:
                raise LeaseLost(f"{name}: LeaseIdMismatchWithLeaseOperation", status=409)
            self._leases[name] = (lease, self._clock.monotonic() + seconds, seconds)

    def release(self, name: str, lease: str) -> None:
        """Give the lease back, where it is still this one."""
        with self._lock:
            self._begin("release")
            if self._leases.get(name, ("", 0.0, 0))[0] == lease:
                del self._leases[name]

    def read(self, name: str) -> str | None:
        """The text; None when there is none."""
        with self._lock:
            self._begin("read")
            return self.texts.get(name)

    def write(self, name: str, text: str) -> None:
        """Store the text."""
        with self._lock:
            self._begin("write")
            self.texts[name] = text

    def _begin(self, operation: str) -> None:
        for index, (name, error) in enumerate(self._faults):
            if name == operation:
                del self._faults[index]
                raise error
