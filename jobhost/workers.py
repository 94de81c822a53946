"""Threads that run what they are given: as many as there is work at once, and kept for the next.

They are daemons: a handler that never returns must not keep the process alive after a stop.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

Task = Callable[[], None]


def in_thread(work: Task) -> None:
    """Run `work` in a new thread; raises RuntimeError where the system gives none."""
    threading.Thread(target=work, name="jobhost-worker", daemon=True).start()


class Workers:
    """A pool without a limit of its own; the host's slots are the limit.

    One thread is called at a time, and it calls the next before it begins: short tasks are then done by few threads,
    without a change of threads for each, and long ones each have their own.
    """

    def __init__(self, start: Callable[[Task], None] = in_thread) -> None:
        """`start` runs what it is given beside the caller, or raises RuntimeError."""
        self._start = start
        self._tasks: deque[Task] = deque()
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._lock = threading.Lock()
        self._free = 0
        self._is_coming = False
        """Whether a thread was called, or started, and has not come yet."""

    def submit(self, task: Task) -> None:
        """Run `task` in a free thread, or in a new one; in this one where the system gives no more."""
        self._tasks.append(task)
        if not self._call():
            self._work()

    def _call(self) -> bool:
        """See that somebody comes for what waits; False when there is no thread for it."""
        with self._lock:
            if self._is_coming or not self._tasks:
                return True
            self._is_coming = True
            is_free = self._free > 0
            if is_free:
                self._free -= 1
        if is_free:
            self._calls.put(None)
            return True
        try:
            self._start(self._run)
        except RuntimeError:
            self._is_coming = False
            return False
        return True

    def _run(self) -> None:
        while True:
            self._is_coming = False
            self._work()
            with self._lock:
                self._free += 1
            self._calls.get()

    def _work(self) -> None:
        """Run tasks until none waits."""
        while self._tasks:
            try:
                task = self._tasks.popleft()
            except IndexError:  # another thread was quicker
                return
            self._call()
            try:
                task()
            except Exception as error:  # noqa: BLE001 - said on standard error; the thread serves the next task
                threading.excepthook(
                    threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
                )
