"""Threads that run what they are given: as many as there is work at once, and kept for the next.

They are daemons: a handler that never returns must not keep the process alive after a stop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Task = Callable[[], None]


class Workers:
    """A pool without a limit of its own; the host's slots are the limit."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Task] = SimpleQueue()
        self._lock = threading.Lock()
        self._free = 0

    def submit(self, task: Task) -> None:
        """Run `task` in a free thread, or in a new one."""
        with self._lock:
            is_free = self._free > 0
            if is_free:
                self._free -= 1
        if not is_free:
            threading.Thread(target=self._run, name="jobhost-worker", daemon=True).start()
        self._tasks.put(task)

    def _run(self) -> None:
        while True:
            task = self._tasks.get()
            try:
                task()
            except Exception as error:  # noqa: BLE001 - said on standard error; the thread serves the next task
                threading.excepthook(
                    threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
                )
            finally:
                with self._lock:
                    self._free += 1
