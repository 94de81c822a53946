"""The one event loop on which all coroutine handlers run, in a thread of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol

from jobhost.forks import end_if_forked

if TYPE_CHECKING:
    import asyncio

OnStart = Callable[[Callable[[], None]], None]
"""Is told how to cancel the task that has just begun."""


class Coroutines(Protocol):
    """Runs coroutines for threads that wait for them."""

    def run(self, coroutine: Coroutine[Any, Any, Any], on_start: OnStart) -> Any:
        """What the coroutine answers; raises what it raises, `CancelledError` when its task was cancelled."""


class LoopThread:
    """Runs coroutines on an event loop that starts with the first of them."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def run(self, coroutine: Coroutine[Any, Any, Any], on_start: OnStart) -> Any:
        """What the coroutine answers."""
        import asyncio

        loop = self._started()
        return asyncio.run_coroutine_threadsafe(supervised(coroutine, on_start), loop).result()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                import asyncio

                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="jobhost-loop", daemon=True).start()
                self._loop = loop  # only one that runs: where the system gave no thread, the next call tries again
            return self._loop


async def supervised(coroutine: Coroutine[Any, Any, Any], on_start: OnStart) -> Any:
    """Run `coroutine` in the task that runs this, and say how to cancel it from another thread.

    The task has truly ended when this returns; a cancelled future would say so too early.
    """
    import asyncio

    loop, task, process = asyncio.get_running_loop(), asyncio.current_task(), os.getpid()
    if task is not None:
        on_start(lambda: _cancel(loop, task))
    try:
        return await coroutine
    finally:
        end_if_forked(process)


def _cancel(loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(task.cancel)
