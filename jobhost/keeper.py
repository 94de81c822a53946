"""Renews the leases of all running handlers, in a thread of its own so that no handler can stop it."""

from __future__ import annotations

import threading

from jobhost.clock import Clock
from jobhost.lease import Lease


class LeaseKeeper:
    """Knows the leases in use and renews each at half its length."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._leases: set[Lease] = set()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._closed = False

    def watch(self, lease: Lease) -> None:
        """Renew `lease` from now on."""
        with self._lock:
            self._leases.add(lease)
        self._changed.set()

    def forget(self, lease: Lease) -> None:
        """Stop renewing `lease`."""
        with self._lock:
            self._leases.discard(lease)

    def held(self) -> tuple[Lease, ...]:
        """The leases whose handlers have not finished."""
        with self._lock:
            return tuple(lease for lease in self._leases if lease.held)

    def renew_due(self) -> float | None:
        """Renew what is due; answers the seconds until the next renewal, or None when nothing is held."""
        now = self._clock.monotonic()
        for lease in self.held():
            if lease.renew_at <= now:
                lease.renew()
        pending = [lease.renew_at - self._clock.monotonic() for lease in self.held()]
        return max(min(pending), 0.05) if pending else None

    def start(self) -> None:
        """Renew in the background until `close`."""
        threading.Thread(target=self._run, name="jobhost-leases", daemon=True).start()

    def close(self) -> None:
        """End the background thread."""
        self._closed = True
        self._changed.set()

    def _run(self) -> None:
        while not self._closed:
            wait = self.renew_due()
            self._changed.wait(wait)
            self._changed.clear()
