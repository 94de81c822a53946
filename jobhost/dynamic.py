"""How many messages at once, when the processor decides: the plan's sites come first.

After the WebJobs SDK's dynamic concurrency (Scale/ConcurrencyManager in azure-webjobs-sdk): start with one, one more
while all slots are in use and the processor is not busy, half as many when it is; never two changes within 5 s.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

BUSY = 0.8
CHANGE_SECONDS = 5.0
QUIET_SECONDS = 30.0
"""After a step down nothing goes up for this long."""

Processor = Callable[[], float | None]
"""The part of all processors' time that was in use since the last call, 0 to 1; None when it cannot be told."""


class Dynamic:
    """The slots that a function may use now."""

    def __init__(self, most: int, processor: Processor) -> None:
        self.level = 1
        self._most = most
        self._processor = processor
        self._next = 0.0
        self._quiet_until = 0.0

    def adjust(self, now: float, in_use: int) -> None:
        """Look at the processor, at most every 5 s, and move the level."""
        if now < self._next:
            return
        self._next = now + CHANGE_SECONDS
        busy = self._processor()
        if busy is not None and busy >= BUSY:
            if self.level > 1:
                self.level //= 2
                self._quiet_until = now + QUIET_SECONDS
        elif in_use >= self.level and now >= self._quiet_until:
            self.level = min(self._most, self.level + 1)


class SystemProcessor:
    """Reads the machine's processor time."""

    def __init__(self) -> None:
        self._last = _times()

    def __call__(self) -> float | None:
        """The part in use since the last call."""
        before, self._last = self._last, _times()
        if before is None or self._last is None or self._last[1] <= before[1]:
            return None
        return (self._last[0] - before[0]) / (self._last[1] - before[1])


def _times() -> tuple[float, float] | None:
    """Time in use and time in all, since the machine started."""
    if sys.platform == "win32":
        return _windows_times()
    try:
        fields = [float(field) for field in Path("/proc/stat").read_text("ascii").partition("\n")[0].split()[1:9]]
    except (OSError, ValueError):
        load = os.getloadavg()[0] / (os.cpu_count() or 1)
        return (load, 1.0) if load else None
    idle = fields[3] + fields[4]
    return sum(fields) - idle, sum(fields)


def _windows_times() -> tuple[float, float] | None:
    import ctypes

    windll = getattr(ctypes, "windll", None)
    if windll is None:
        return None
    idle, kernel, user = (ctypes.c_ulonglong() for _ in range(3))
    if not windll.kernel32.GetSystemTimes(ctypes.byref(idle), ctypes.byref(kernel), ctypes.byref(user)):
        return None
    total = kernel.value + user.value  # kernel time has the idle time in it
    return float(total - idle.value), float(total)
