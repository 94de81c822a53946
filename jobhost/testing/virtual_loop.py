"""An event loop whose time is the test's clock: `asyncio.sleep(60)` moves it by a minute and returns at once."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

from jobhost.coroutines import OnStart, supervised
from jobhost.testing.manual_clock import ManualClock

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


class VirtualLoop:
    """Runs each coroutine to its end on a loop of its own, in another thread: the test's may have a loop that runs."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def run(self, coroutine: Coroutine[Any, Any, Any], on_start: OnStart) -> Any:
        """What the coroutine answers; raises what it raises."""
        ending: list[Any] = []

        def work() -> None:
            loop = _Loop(_Selector(self._clock), self._clock)
            try:
                ending.append((loop.run_until_complete(supervised(coroutine, on_start)), None))
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
                ending.append((None, error))
            finally:
                loop.close()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        result, error = ending[0]
        if error is not None:
            raise error
        return result


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, selector: _Selector, clock: ManualClock) -> None:
        self._clock, self._threads = clock, selector
        super().__init__(selector)

    def time(self) -> float:
        return self._clock.monotonic()

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Arguments], T], *args: *Arguments
    ) -> asyncio.Future[T]:
        """Counted, so that no virtual minutes go by while a thread does its work, as in `asyncio.to_thread`."""
        future = super().run_in_executor(executor, func, *args)
        self._threads.at_work += 1
        future.add_done_callback(self._ended)
        return future

    def _ended(self, future: asyncio.Future[Any]) -> None:
        self._threads.at_work -= 1


class _Selector(selectors.SelectSelector):
    """Moves the clock instead of waiting."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self.at_work = 0
        """Threads that the loop waits for; while there are any, a second of virtual time is one of the real."""
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(min(timeout or 0.0, 1.0) if self.at_work else 0)
        if found or timeout is None or timeout <= 0:
            return found or super().select(timeout)
        self._clock.advance(min(timeout, 1.0))
        return super().select(0)
