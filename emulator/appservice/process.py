"""Starting and ending one process of a site, and with it everything it started: one process group."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emulator.appservice.reaper import Reaper

CHUNK_BYTES = 64 * 1024
DRAIN_SECONDS = 1.0
"""How long output is still read after the process ended: a stray child may hold the pipe open."""


@dataclass(frozen=True)
class Launch:
    """What to start."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]


class Process(Protocol):
    """A started process."""

    @property
    def pid(self) -> int:
        """Its process id."""

    async def wait(self) -> int:
        """The exit code, once it has ended and its output is read; negative: the signal that ended it."""

    async def stop(self, grace_seconds: float) -> int:
        """Ends it: SIGTERM, after the grace SIGKILL; then whatever it left behind. Returns the exit code."""


class Launcher(Protocol):
    """Starts processes; a fake in tests."""

    async def launch(self, launch: Launch, output: Callable[[bytes], None]) -> Process:
        """Starts it; both its streams go to `output` as they come."""


class GroupLauncher:
    """Starts each process as leader of its own group, watched by the reaper."""

    def __init__(self, reaper: Reaper) -> None:
        self._reaper = reaper

    async def launch(self, launch: Launch, output: Callable[[bytes], None]) -> Process:
        """See `Launcher.launch`."""
        process = await asyncio.create_subprocess_exec(
            *launch.arguments,
            cwd=launch.folder,
            env=dict(launch.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self._reaper.watch(process.pid)
        return _GroupProcess(process, output, self._reaper)


class _GroupProcess:
    def __init__(self, process: asyncio.subprocess.Process, output: Callable[[bytes], None], reaper: Reaper) -> None:
        self._process, self._output, self._reaper = process, output, reaper
        self._reading = asyncio.create_task(self._read())
        self._ending = asyncio.create_task(self._end())

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    async def stop(self, grace_seconds: float) -> int:
        self._signal(signal.SIGTERM)
        done, _ = await asyncio.wait({self._ending}, timeout=grace_seconds)
        if not done:
            self._signal(signal.SIGKILL)
        return await self.wait()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while chunk := await self._process.stdout.read(CHUNK_BYTES):
            self._output(chunk)

    async def _end(self) -> int:
        code = await self._process.wait()
        self._signal(signal.SIGKILL)  # workers that outlived their leader
        await asyncio.wait({self._reading}, timeout=DRAIN_SECONDS)
        self._reading.cancel()
        self._reaper.forget(self.pid)
        return code

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):  # gone already; macOS says EPERM for a dead group
            os.killpg(self.pid, number)
