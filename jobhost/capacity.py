"""The slots of a host, shared by its functions; each message in hand takes one."""

from __future__ import annotations

import math
import threading


class Capacity:
    """Counts slots. Callers hold `changed`, and wait on it for a slot or a reason to look again."""

    def __init__(self, limit: int | None = None) -> None:
        self.changed = threading.Condition()
        self._is_limited = limit is not None
        self._free: float = math.inf if limit is None else limit

    def take(self, wanted: int) -> int:
        """Up to `wanted` slots; what is not used is given back."""
        taken = int(min(wanted, self._free))
        self._free -= taken
        return taken

    def give(self, count: int) -> None:
        """Free slots, and wake everybody who may have waited for one of them."""
        self._free += count
        if self._is_limited:
            self.changed.notify_all()
