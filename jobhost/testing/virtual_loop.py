"""An event loop whose time is the test's clock: `asyncio.sleep(60)` moves it by a minute and returns at once."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Coroutine
from typing import Any

from jobhost.coroutines import OnStart, supervised
from jobhost.testing.manual_clock import ManualClock


class VirtualLoop:
    """Runs each coroutine to its end on a loop of its own, in another thread: the test's may have a loop that runs."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def run(self, coroutine: Coroutine[Any, Any, Any], on_start: OnStart) -> Any:
        """What the coroutine answers; raises what it raises."""
        ending: list[Any] = []

        def work() -> None:
            loop = _Loop(_Selector(self._clock))
            loop.clock = self._clock
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
    clock: ManualClock

    def time(self) -> float:
        return self.clock.monotonic()


class _Selector(selectors.SelectSelector):
    """Moves the clock instead of waiting."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or timeout is None or timeout <= 0:
            return found or super().select(timeout)
        self._clock.advance(min(timeout, 1.0))
        return super().select(0)
