"""Time as the engine sees it: the wall clock, a clock that never jumps, and waiting."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the engine needs to know about time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that is never set back."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep without holding up the event loop."""
        await asyncio.sleep(seconds)


async def pause(clock: Clock, wait: timedelta, interrupted: asyncio.Event) -> bool:
    """Wait for a time, or less when interrupted; true means interrupted."""
    if interrupted.is_set():
        return True
    waiters = {
        asyncio.ensure_future(clock.sleep(max(0.0, wait.total_seconds()))),
        asyncio.ensure_future(interrupted.wait()),
    }
    try:
        await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()
    return interrupted.is_set()


async def ended_within(clock: Clock, wait: timedelta, task: "asyncio.Future[None]") -> bool:
    """Wait for a task at most so long; true means it ended. The task itself is left alone."""
    sleeper = asyncio.ensure_future(clock.sleep(max(0.0, wait.total_seconds())))
    try:
        await asyncio.wait({sleeper, task}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeper.cancel()
    return task.done()
