"""Why a message is poison, as a blob beside the queue's copy, whose body must stay as it was sent.

`poison/<queue>/<message>.json` in the container `jobhost`; the log says the same in any case.
"""

from __future__ import annotations

import json

from jobhost.blobs import Blobs
from jobhost.clock import Clock
from jobhost.errors import QueueError
from jobhost.logs import Log
from jobhost.records import Execution, Outcome


class PoisonRecords:
    """Writes one blob for each message that was poisoned."""

    def __init__(self, blobs: Blobs, host: str, clock: Clock, log: Log) -> None:
        """`host` is the name of the host in locks and timers."""
        self._blobs, self._host, self._clock, self._log = blobs, host, clock, log

    def observe(self, execution: Execution) -> None:
        """Write the record; one that cannot be written is a warning, for the log has the reason."""
        if execution.outcome is not Outcome.POISONED:
            return
        name = f"poison/{execution.source}/{execution.message}.json"
        try:
            self._blobs.write(name, self._record(execution))
        except QueueError as fault:
            self._log.warning("poison-record-not-written", blob=name, reason=fault)

    def _record(self, execution: Execution) -> str:
        error = execution.error
        return json.dumps(
            {
                "id": execution.message,
                "queue": execution.source,
                "poison": execution.poison,
                "function": execution.function,
                "host": self._host,
                "attempts": execution.attempt,
                "reason": execution.reason,
                "exception": None if error is None else type(error).__name__,
                "time": self._clock.now().isoformat(),
            }
        )
