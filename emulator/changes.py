"""Counts what changes of jobs, so that a page that shows them need not ask again and again."""

from __future__ import annotations

import asyncio

LONGEST_WAIT_SECONDS = 8.0
"""Shorter than the ten seconds after which clients give up."""


class Changes:
    """A number that grows with each change; to be used on one event loop."""

    def __init__(self) -> None:
        self._count = 0
        self._next = asyncio.Event()

    @property
    def count(self) -> int:
        """How many changes there were."""
        return self._count

    def note(self) -> None:
        """Says that something changed."""
        self._count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, count: int, limit: float = LONGEST_WAIT_SECONDS) -> int:
        """Returns the count once it is another one than `count`, or after so many seconds what it is."""
        if self._count == count:
            try:
                await asyncio.wait_for(self._next.wait(), limit)
            except TimeoutError:
                return self._count
        return self._count
