"""Notices changes of job files by looking at them (Kudu.Core/Jobs/JobsFileWatcher.cs is told by Windows).

Looking, not listening: it works on every file system and shared volume, sees what was changed while nobody
looked, and with the few files that jobs have it costs about a thousandth of a processor.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from emulator.webjobs.job import JobType
from emulator.webjobs.site import Site

Key = tuple[JobType, str]
Files = Mapping[str, tuple[int, ...]]
"""What is below a job's folder: relative path and whatever changes with the content."""

Snapshot = Mapping[str, Files]
"""The job folders of one root and type."""

OnChange = Callable[[set[Key]], Awaitable[None]]

LEAST_REST = 50
"""Looking takes at most one part in so many of a processor's time, however large the tree."""


class Watcher:
    """Tells which jobs' files changed, once they have been quiet for a while."""

    def __init__(self, site: Site, on_change: OnChange) -> None:
        self._site = site
        self._on_change = on_change
        self._folders = [(root / kind, kind) for root in site.layout.roots for kind in JobType]
        self._known: dict[Path, Snapshot | None] = {}
        self._look_again: dict[Path, float] = {}
        self._pending: set[Key] = set()
        self._last_change = 0.0
        self._looking = asyncio.Lock()
        self._handing_over = asyncio.Lock()

    async def run(self) -> None:
        """Look for ever, and hand over what changed and then stayed quiet."""
        while True:
            rest = LEAST_REST * await self.look()
            quiet = self._site.clock.monotonic() - self._last_change
            if self._pending and quiet >= self._site.options.debounce.total_seconds():
                await self.hand_over()
            await self._site.clock.sleep(self._pause(rest))

    async def look(self, *, at_missing_roots: bool = False) -> float:
        """Compare the folders with what they were at the last look, and note the jobs that changed.

        Returns the processor seconds it took: on a busy machine most of a look is waiting, which is no work.
        """
        async with self._looking:
            now = self._site.clock.monotonic()
            due = [
                (folder, kind)
                for folder, kind in self._folders
                if at_missing_roots or now >= self._look_again.get(folder, 0.0)
            ]
            snapshots, seconds = await self._site.offload(lambda: _timed([folder for folder, _ in due]))
            for (folder, kind), found in zip(due, snapshots, strict=True):
                if found is None:
                    self._look_again[folder] = now + self._site.options.root_retry.total_seconds()
                else:
                    self._look_again.pop(folder, None)
                changed = _changed(self._known.get(folder), found)
                self._known[folder] = found
                if changed:
                    self._pending |= {(kind, name) for name in changed}
                    self._last_change = now
            return seconds

    async def hand_over(self) -> None:
        """Hand over what changed so far without waiting for quiet; returns when all of it was dealt with."""
        async with self._handing_over:
            pending, self._pending = self._pending, set()
            await self._on_change(pending)

    def _pause(self, rest: float) -> float:
        """Until the next look: sooner when a change is about to have been quiet for long enough."""
        pause = max(self._site.options.scan_interval.total_seconds(), rest)
        if not self._pending:
            return pause
        quiet = self._site.clock.monotonic() - self._last_change
        return max(rest, min(pause, self._site.options.debounce.total_seconds() - quiet), 0.0)


def _timed(folders: Sequence[Path]) -> tuple[list[Snapshot | None], float]:
    began = time.thread_time()
    return [snapshot(folder) for folder in folders], time.thread_time() - began


def snapshot(folder: Path) -> Snapshot | None:
    """The jobs below a folder and their files; none when there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return None
    found: dict[str, Files] = {}
    for name in names:
        files: dict[str, tuple[int, ...]] = {}
        _collect(f"{folder}/{name}", "", files)
        found[name] = files
    return found


def _collect(folder: str, prefix: str, files: dict[str, tuple[int, ...]]) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{prefix}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    # a folder's own time only repeats what its entries tell
                    files[path] = ()
                    _collect(entry.path, f"{path}/", files)
                else:
                    status = entry.stat(follow_symlinks=False)
                    files[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    except OSError:
        # deleted while it was read: the next look sees the rest
        return


def _changed(before: Snapshot | None, after: Snapshot | None) -> set[str]:
    before, after = before or {}, after or {}
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
