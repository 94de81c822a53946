"""What ends a host: the platform's shutdown file, a signal, or a call.

App Service says goodbye to a continuous job by writing the file that `WEBJOBS_SHUTDOWN_FILE` names
(https://github.com/projectkudu/kudu/wiki/WebJobs#graceful-shutdown); terminals and supervisors send signals.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


class StopRequest:
    """Collects the reasons to stop. Plain counters only: a signal handler must not wait for a lock."""

    def __init__(self, shutdown_file: Path | None = None) -> None:
        self.shutdown_file = shutdown_file
        self._called = False
        self._signals: list[int] = []

    def call(self) -> None:
        """Ask for a stop from inside the program."""
        self._called = True

    def reason(self) -> str | None:
        """Why to stop, or None."""
        if self._signals:
            return signal.Signals(self._signals[0]).name
        if self._called:
            return "stop()"
        if self.shutdown_file is not None and self.shutdown_file.exists():
            return "shutdown file"
        return None

    @property
    def is_urgent(self) -> bool:
        """Whether a second signal asked not to wait."""
        return len(self._signals) > 1

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT for the time of the block, where the interpreter allows it (the main thread)."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals.append(number)
