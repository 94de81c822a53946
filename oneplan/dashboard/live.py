"""Keeps the newest snapshot and tells the pages that are open what changed; asks nothing while nobody looks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from oneplan.dashboard.snapshot import Snapshot
from oneplan.errors import OperateError

PERIOD_SECONDS = 1.0
FRESH_SECONDS = 1.0
_QUIET_SECONDS = 15.0
"""After this long without news a comment is sent, so that a dead connection is noticed."""

Parts = Mapping[str, str]


@dataclass(eq=False)
class _Viewer:
    known: Parts
    waiting: asyncio.Queue[Parts] = field(default_factory=lambda: asyncio.Queue(maxsize=20))


class Live:
    """One source for all viewers."""

    def __init__(self, take: Callable[[], Snapshot], render: Callable[[Snapshot], Parts]) -> None:
        """`take` blocks and may raise OperateError; `render` gives HTML by the id of its element."""
        self._take = take
        self._render = render
        self._viewers: set[_Viewer] = set()
        self._guard = asyncio.Lock()
        self._newest: Snapshot | None = None
        self._taken_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def snapshot(self) -> Snapshot:
        """Returns a snapshot that is at most a second old; raises OperateError when nothing can be asked."""
        async with self._guard:
            now = asyncio.get_running_loop().time()
            if self._newest is None or now - self._taken_at > FRESH_SECONDS:
                self._newest = await asyncio.to_thread(self._take)
                self._taken_at = asyncio.get_running_loop().time()
            return self._newest

    async def refreshed(self) -> Snapshot:
        """Returns a snapshot that was taken after the call, for the page that follows a change."""
        async with self._guard:
            self._taken_at = float("-inf")
        return await self.snapshot()

    async def changes(self) -> AsyncIterator[Parts | None]:
        """Yields what changed since the last time, first everything; None now and then when nothing did."""
        viewer = _Viewer({})
        self._viewers.add(viewer)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            while True:
                try:
                    yield await asyncio.wait_for(viewer.waiting.get(), _QUIET_SECONDS)
                except TimeoutError:
                    yield None
        finally:
            self._viewers.discard(viewer)

    async def close(self) -> None:
        """Ends the watching."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        while self._viewers:
            await self._look()
            await asyncio.sleep(PERIOD_SECONDS)

    async def _look(self) -> None:
        try:
            parts = {**self._render(await self.snapshot()), "outage": ""}
        except OperateError as error:
            parts = {"outage": str(error)}
        for viewer in tuple(self._viewers):
            changed = {place: html for place, html in parts.items() if viewer.known.get(place) != html}
            if changed and not viewer.waiting.full():
                viewer.known = {**viewer.known, **changed}
                viewer.waiting.put_nowait(changed)
