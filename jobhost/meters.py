"""Counts of what a host did, for its health line and for whoever asks."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict

from jobhost.records import Execution, Outcome


class Meters:
    """Counts executions by function and outcome."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
        self._lock = threading.Lock()

    def observe(self, execution: Execution) -> None:
        """Count one more."""
        with self._lock:
            self._counts[execution.function][execution.outcome] += 1

    def of(self, function: str) -> dict[str, int]:
        """How often each outcome occurred."""
        with self._lock:
            counts = self._counts[function]
            return {outcome.value.replace("-", "_"): counts[outcome] for outcome in Outcome}
