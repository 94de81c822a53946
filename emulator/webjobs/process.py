"""Processes of jobs: started, read, drained and killed with everything they started."""

import asyncio
import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from emulator.webjobs import leftovers
from emulator.webjobs.errors import JobStartError
from emulator.webjobs.guard import Guard
from emulator.webjobs.hosts import Command
from emulator.webjobs.output import LineSplitter

CHUNK_BYTES = 1 << 16
DRAIN_AFTER_KILL_SECONDS = 0.5


class OnOutput(Protocol):
    """Gets the lines a process writes; called without a line when output has no end of line yet."""

    def __call__(self, lines: Sequence[str], /, *, is_error: bool) -> None:
        """Take some lines of standard output or standard error."""


class Process(Protocol):
    """A started process of a job."""

    @property
    def pid(self) -> int:
        """Its number, which is also that of its process group."""

    async def wait(self) -> int:
        """The exit code, once the process has ended and its output is read."""

    async def kill(self) -> None:
        """End the process and everything below it at once."""

    def cpu_ticks(self) -> int:
        """Processor time used by the process and everything below it."""


class Launcher(Protocol):
    """Starts processes of jobs and finds those that are left over."""

    def watch_home(self, instance_id: str, data: Path) -> None:
        """Have all jobs of that home killed should this program die."""

    async def start(
        self, command: Command, *, cwd: Path, environment: Mapping[str, str], on_output: OnOutput
    ) -> Process:
        """Start a process.

        Raises:
            JobStartError: the system refuses.
        """

    def kill_jobs(self, instance_id: str, data: Path) -> int:
        """Kill every process of jobs whose data folder is, or is below, that one; returns how many."""

    async def close(self) -> None:
        """Give up what the launcher itself holds."""


class SystemLauncher:
    """Starts real processes, each the leader of its own session. One launcher can serve many engines."""

    def __init__(self, *, drain: timedelta = timedelta(seconds=5)) -> None:
        self._drain_seconds = drain.total_seconds()
        self._guard = Guard()

    def watch_home(self, instance_id: str, data: Path) -> None:
        """Put a home under the guard's eyes."""
        self._guard.watch_home(instance_id, data)

    async def start(
        self, command: Command, *, cwd: Path, environment: Mapping[str, str], on_output: OnOutput
    ) -> "SystemProcess":
        """Start a process whose standard input is an open pipe nobody writes to.

        Raises:
            JobStartError: the system refuses: no such program, environment too long, too many processes.
        """
        pipes = [os.pipe() for _ in range(3)]
        (stdin, silent), (stdout, out), (stderr, err) = pipes
        try:
            process = subprocess.Popen(  # noqa: ASYNC220 - asyncio starts them the same way, and waits in a thread each
                (command.program, *command.arguments),
                cwd=cwd,
                env={**environment, leftovers.ENGINE_VARIABLE: self._guard.engine},
                stdin=stdin,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            for descriptor in (silent, stdout, stderr):
                os.close(descriptor)
            raise JobStartError(f"{command.program}: cannot be started in {cwd}: {error}") from error
        finally:
            for descriptor in (stdin, out, err):
                os.close(descriptor)
        self._guard.watch(process.pid)
        return SystemProcess(
            process, (silent, stdout, stderr), on_output, drain_seconds=self._drain_seconds, guard=self._guard
        )

    def kill_jobs(self, instance_id: str, data: Path) -> int:
        """Kill every process that carries the mark of these jobs, with its descendants."""

        def find() -> set[int]:
            found: set[int] = set()
            return found.union(*(leftovers.tree(pid) for pid in leftovers.marked(instance_id, str(data))))

        return leftovers.kill_all(find)

    async def close(self) -> None:
        """End the guard."""
        await asyncio.to_thread(self._guard.close)


class SystemProcess:
    """A running process and the pipes it was given."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        pipes: tuple[int, int, int],
        on_output: OnOutput,
        *,
        drain_seconds: float,
        guard: Guard,
    ) -> None:
        self._process = process
        self._silent, *outputs = pipes
        self._on_output = on_output
        self._drain_seconds = drain_seconds
        self._guard = guard
        self._clock = asyncio.get_running_loop()
        self._last_output = self._clock.time()
        self._pumps = {
            asyncio.ensure_future(self._pump(descriptor, is_error=is_error))
            for descriptor, is_error in zip(outputs, (False, True), strict=True)
        }
        self._exit = exit_of(process)
        self._end = asyncio.ensure_future(self._finish())

    @property
    def pid(self) -> int:
        """The process's number and that of its session."""
        return self._process.pid

    async def wait(self) -> int:
        """The exit code; 128 and the signal's number when a signal ended the process."""
        return await asyncio.shield(self._end)

    async def kill(self) -> None:
        """Kill the whole tree; nothing once the process ended, for its number may be another's by then."""
        self._drain_seconds = min(self._drain_seconds, DRAIN_AFTER_KILL_SECONDS)
        if not self._exit.done():
            leftovers.kill_all(lambda: leftovers.tree(self.pid))
        await self.wait()

    def cpu_ticks(self) -> int:
        """Processor time of the tree."""
        return leftovers.cpu_ticks(leftovers.tree(self.pid))

    async def _finish(self) -> int:
        code = await self._exit
        await self._drain()
        os.close(self._silent)
        self._guard.forget(self.pid)
        return code if code >= 0 else 128 - code

    async def _drain(self) -> None:
        """Read on while a surviving child writes; close the pipes once it was silent for too long."""
        pending = self._pumps
        while pending:
            silence = self._clock.time() - self._last_output
            if silence >= self._drain_seconds:
                break
            _, pending = await asyncio.wait(pending, timeout=self._drain_seconds - silence)
        for pump in pending:
            pump.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def _pump(self, descriptor: int, *, is_error: bool) -> None:
        splitter = LineSplitter()
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
        )
        try:
            while data := await reader.read(CHUNK_BYTES):
                self._last_output = self._clock.time()
                self._on_output(splitter.feed(data), is_error=is_error)
        finally:
            transport.close()
            self._on_output(splitter.close(), is_error=is_error)


def exit_of(process: "subprocess.Popen[bytes]") -> "asyncio.Future[int]":
    """The process's exit code, once it has ended; the kernel tells it, no thread waits."""
    loop = asyncio.get_running_loop()
    try:
        descriptor = os.pidfd_open(process.pid)
    except OSError:  # an old kernel, or no descriptors left
        return asyncio.ensure_future(asyncio.to_thread(process.wait))
    future: asyncio.Future[int] = loop.create_future()

    def ended() -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        if not future.done():
            future.set_result(process.wait())

    loop.add_reader(descriptor, ended)
    return future
