"""What happened to every message, and whether that may happen: the invariants that each test checks for free."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from jobhost.records import Execution, Outcome
from jobhost.testing.memory_queue import MemoryQueue


@dataclass
class Ledger:
    """The executions of a test, in their order."""

    executions: list[Execution] = field(default_factory=list)
    called: Counter[str] = field(default_factory=Counter)
    """How often the handler was called, by message."""
    finished: set[str] = field(default_factory=set)
    """Messages whose handler returned at least once."""

    @property
    def outcomes(self) -> list[Outcome]:
        """How each delivery ended."""
        return [execution.outcome for execution in self.executions]

    def problems(self, queue: MemoryQueue, poison: MemoryQueue | None, max_deliveries: int) -> list[str]:
        """What must not be, in words: empty when all is well. The numbers are those of the design's invariants."""
        found = []
        lying = set(queue.ids())
        copies = Counter(poison.sent.values()) if poison is not None else Counter()
        lost = Counter(run.message for run in self.executions if run.outcome is Outcome.LOST)
        for message, body in queue.sent.items():
            is_deleted = message in queue.deleted
            if not is_deleted and message not in lying and message not in queue.expired:
                found.append(f"I1: {queue.name} {message}: is neither deleted nor in the queue")
            if is_deleted and message not in self.finished and not copies[body]:
                found.append(f"I2: {queue.name} {message}: was deleted, but neither handled nor copied to poison")
            if poison is not None and self.called[message] > max_deliveries + lost[message]:
                found.append(f"I4: {queue.name} {message}: was handed to its function {self.called[message]} times")
        if queue.stale_receipts:
            found.append(f"I6: {queue.name}: {queue.stale_receipts} calls with a receipt that was known to be stale")
        return found
