"""Keeps the newest snapshot and tells the pages that are open what changed; asks nothing while nobody looks.

The local Azure tells when a job changed. Azure does not, so it is asked: each second, and five times a second while a
run goes on or is about to begin, so that its start and its end show at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from oneplan.dashboard.snapshot import Snapshot
from oneplan.errors import OperateError

PERIOD_SECONDS = 1.0
LIVELY_SECONDS = 0.2
LAZIEST_SECONDS = 5.0
_SHARE = 40
"""The pause is at least so many times as long as asking took: a stack of a thousand jobs is asked less often."""
_TOLD_SHARE, _TOLD_LAZIEST_SECONDS = 120, 10.0
"""The same where changes of jobs are told: only queues, apps and load are waited for."""
_GAP_SECONDS = 0.05
"""Between two looks, however much happens; twice as long as a look took, where that is more."""
_AGAIN_SECONDS = 2.0
_QUIET_SECONDS = 15.0
"""After this long without news a comment is sent, so that a dead connection is noticed."""
_SOON, _JUST = timedelta(seconds=1.5), timedelta(seconds=3)

Parts = Mapping[str, str]
"""HTML by the id of its element."""
Render = Callable[[Snapshot], Parts]
Seen = TypeVar("Seen")
"""What is looked at: the stack, or one queue of it."""


Seen_contra = TypeVar("Seen_contra", contravariant=True)


class Pace(Protocol[Seen_contra]):
    """Tells the seconds until the next look; none for one at once."""

    def __call__(self, seen: Seen_contra, /, took: float, *, told: bool) -> float:
        """Returns them from what was seen, how long that took, and whether changes are told when they happen."""


@dataclass(eq=False)
class _Viewer(Generic[Seen]):
    render: Callable[[Seen], Parts]
    known: Parts = field(default_factory=dict)
    waiting: asyncio.Queue[Parts] = field(default_factory=lambda: asyncio.Queue(maxsize=20))


def pause(snapshot: Snapshot, /, took: float, *, told: bool = False) -> float:
    """Returns the seconds until the next look at a stack whose asking took so many; none when there is more to ask.

    Args:
        snapshot: What was seen.
        took: The seconds that it took.
        told: Whether changes of jobs are told when they happen.
    """
    if not snapshot.is_whole:
        return 0.0
    if told:
        return max(PERIOD_SECONDS, min(took * _TOLD_SHARE, _TOLD_LAZIEST_SECONDS))
    period = LIVELY_SECONDS if is_lively(snapshot) else PERIOD_SECONDS
    return max(period, min(took * _SHARE, LAZIEST_SECONDS))


def is_lively(snapshot: Snapshot) -> bool:
    """Whether something is about to change: a run goes on, or one is due within a moment."""
    for view in snapshot.jobs:
        if view.job.last_run and not view.job.last_run.is_finished:
            return True
        if view.job.next_run and -_JUST < view.job.next_run - snapshot.at < _SOON:
            return True
    return False


class Live(Generic[Seen]):
    """One source for all viewers."""

    def __init__(
        self,
        take: Callable[[], Seen],
        render: Callable[[Seen], Parts],
        pace: Pace[Seen],
        told: Callable[[int | None], int | None] = lambda _: None,
    ) -> None:
        """Looks at nothing yet.

        Args:
            take: Takes a look; blocks and may raise OperateError.
            render: What a viewer sees that names no view of its own.
            pace: The seconds until the next look.
            told: Waits for something to change since a number, and returns the new one; blocks. None: nobody tells.
        """
        self._take = take
        self._render = render
        self._pace = pace
        self._told = told
        self._listener: threading.Thread | None = None
        self._is_silent = False
        """Whether nobody tells of changes."""
        self._is_told = False
        """Whether changes are told, so that looking now and then is enough."""
        self._viewers: set[_Viewer[Seen]] = set()
        self._guard = asyncio.Lock()
        self._newest: Seen | None = None
        self._taken_at = float("-inf")
        self._took = 0.0
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    async def snapshot(self, oldest: float = PERIOD_SECONDS) -> Seen:
        """Returns a snapshot that is at most so many seconds old; raises OperateError when nothing can be asked."""
        clock = asyncio.get_running_loop().time
        if self._newest is not None and clock() - self._taken_at <= oldest:
            return self._newest  # though the next is being taken, which may last
        async with self._guard:
            if self._newest is None or clock() - self._taken_at > oldest:
                began = clock()
                self._newest = await asyncio.to_thread(self._take)
                self._taken_at = clock()
                self._took = self._taken_at - began
            return self._newest

    async def whole(self, is_whole: Callable[[Seen], bool]) -> Seen:
        """Returns the first snapshot of which that holds, looking again until then."""
        seen = await self.snapshot()
        while not is_whole(seen):
            seen = await self.snapshot(oldest=-1.0)
        return seen

    async def refreshed(self) -> Seen:
        """Returns a snapshot that was taken after the call, for the page that follows a change."""
        newest = await self.snapshot(oldest=-1.0)
        self._hurry.set()
        return newest

    async def changes(
        self, render: Callable[[Seen], Parts] | None = None, known: Parts | None = None
    ) -> AsyncIterator[Parts | None]:
        """Yields what changed since the last time; None now and then when nothing did.

        Args:
            render: What the viewer looks at; the overview without.
            known: What it shows already; nothing without, so that the first news is everything.
        """
        viewer = _Viewer(render or self._render, known or {})
        self._viewers.add(viewer)
        self._hurry.set()
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
            self._hurry.clear()
            self._listen_on()
            seconds = await self._look()
            await asyncio.sleep(min(max(_GAP_SECONDS, 2 * self._took), seconds))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), seconds)

    def _listen_on(self) -> None:
        if not self._is_silent and (self._listener is None or not self._listener.is_alive()):
            loop = asyncio.get_running_loop()
            self._listener = threading.Thread(target=self._listen, args=(loop,), daemon=True)
            self._listener.start()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Makes the watch look at once when something changed; ends with the last viewer. In a thread of its own."""
        count: int | None = None
        with contextlib.suppress(RuntimeError):  # the loop was closed: the program ends
            while self._viewers:
                try:
                    newest = self._told(count)
                except OperateError:  # the look that follows tells the viewers
                    self._is_told = False
                    time.sleep(_AGAIN_SECONDS)
                    continue
                self._is_told, self._is_silent = newest is not None, newest is None
                if newest is None:
                    return
                if newest != count:
                    count = newest
                    loop.call_soon_threadsafe(self._hurry.set)

    async def _look(self) -> float:
        """Tells every viewer what changed, and returns the seconds until the next look."""
        try:
            snapshot = await self.snapshot(oldest=-1.0 if self._is_told else LIVELY_SECONDS / 2)
        except OperateError as error:
            self._tell({viewer: {"outage": str(error)} for viewer in self._viewers})
            return PERIOD_SECONDS
        rendered = {render: {"outage": "", **render(snapshot)} for render in {one.render for one in self._viewers}}
        self._tell({viewer: rendered[viewer.render] for viewer in self._viewers if viewer.render in rendered})
        return self._pace(snapshot, self._took, told=self._is_told)

    def _tell(self, parts_of: Mapping[_Viewer[Seen], Parts]) -> None:
        for viewer, parts in parts_of.items():
            changed = {place: html for place, html in parts.items() if viewer.known.get(place) != html}
            if changed and not viewer.waiting.full():
                viewer.known = {**viewer.known, **changed}
                viewer.waiting.put_nowait(changed)
