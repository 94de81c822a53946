"""Keeps one site's process running: start, warm-up probe, restart with back-off, block after failures.

What happens when mirrors the Linux platform (learn.microsoft.com/azure/app-service/reference-app-settings and
platform logs); how long it takes is shortened, see `lifecycle.Timings`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from emulator.appservice.console import LogFile
from emulator.appservice.lifecycle import Condition, Machine, SiteState, StartPlan
from emulator.appservice.process import Launch, Process

_SHELL_WORDS = frozenset({"cd", "export", "set", "source", ".", "exec", "if", "for", "while", "{", "!"})


@dataclass
class _Attempts:
    """Failed starts in a row."""

    failed: int = 0


class Supervisor:
    """One site's process."""

    def __init__(
        self,
        name: str,
        *,
        plan: Callable[[], StartPlan],
        machine: Machine,
        console: LogFile,
        platform_log: LogFile,
    ) -> None:
        self._name, self._plan, self._machine = name, plan, machine
        self._console, self._platform = console, platform_log
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()  # a start amid a stop would leave two runs, and who waits for the first for ever
        self._stopping, self._settled = asyncio.Event(), asyncio.Event()
        self.condition = Condition()
        self.port: int | None = None
        """Where the process answers while the site is Running; None: the default page."""

    async def start(self) -> None:
        """Begins to keep the site running; a site that already is stays as it is."""
        async with self._turn:
            self._begin()

    async def stop(self) -> None:
        """Ends the process, within its grace, and keeps it ended."""
        async with self._turn:
            await self._end_run()

    async def restart(self) -> None:
        """Starts anew, failures so far forgotten; a site that was stopped meanwhile stays so, as in Azure."""
        async with self._turn:
            if self._task is not None:
                await self._end_run()
                self._begin()

    def _begin(self) -> None:
        if self._task is None:
            self._stopping.clear()
            self._settled.clear()
            self.condition.state = SiteState.STARTING
            self._task = asyncio.create_task(self._run(), name=f"site {self._name}")

    async def _end_run(self) -> None:
        """The present run, ended. Who stops waiting leaves it ending, and to be waited for by the next."""
        task = self._task
        if task is None:
            return
        self._stopping.set()
        try:
            await asyncio.shield(task)
        finally:
            if task.done():
                self._task = None

    async def wait_settled(self, seconds: float) -> SiteState:
        """The state, as soon as it is another than Starting, at the latest after `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), seconds)
        return self.condition.state

    async def _run(self) -> None:
        attempts = _Attempts()
        try:
            while not self._stopping.is_set():
                await self._attempt(attempts)
                if not self._stopping.is_set():
                    await self._pause(attempts)
        finally:
            self._enter(SiteState.STOPPED)

    async def _attempt(self, attempts: _Attempts) -> None:
        """One life of the process: from its start until it has ended."""
        try:
            plan = self._plan()
        except OSError as error:
            attempts.failed += 1
            self._fail(f"{error.filename}: cannot be read: {error.strerror or error}")
            return
        self.condition.default_page = plan.command is None
        if plan.command is None:
            self._enter(SiteState.RUNNING)
            await self._stopping.wait()
            return
        self._enter(SiteState.STARTING)
        port = self._machine.free_port()
        try:
            process = await self._launch(plan, port)
        except OSError as error:
            attempts.failed += 1
            self._fail(f"{plan.command}: cannot be started: {error.strerror or error}")
            return
        try:
            await self._accompany(process, plan, port, attempts)
        finally:
            self.port, self.condition.pid = None, None

    async def _launch(self, plan: StartPlan, port: int) -> Process:
        self._platform.say(f"Container for {self._name} starting: {plan.command} (PORT={port})")
        arguments = ("/bin/sh", "-c", shell_line(plan.command or ""))
        launch = Launch(arguments, plan.folder, {**plan.environment, "PORT": str(port)})
        process = await self._machine.launcher.launch(launch, self._console.feed)
        self.condition.pid, self.condition.started = process.pid, self._machine.clock()
        return process

    async def _accompany(self, process: Process, plan: StartPlan, port: int, attempts: _Attempts) -> None:
        loop = asyncio.get_running_loop()
        exited = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        warm = asyncio.create_task(self._warm_up(port, plan))
        try:
            await asyncio.wait(
                {exited, stopping, warm},
                timeout=plan.start_limit_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            began = loop.time()
            if warm.done() and not exited.done() and not stopping.done():
                self.port = port
                self._enter(SiteState.RUNNING)
                await asyncio.wait({exited, stopping}, return_when=asyncio.FIRST_COMPLETED)
            await self._end(process, plan, exited, was_warm=warm.done())
            lived = loop.time() - began
            settled = warm.done() and lived >= self._machine.timings.settled_seconds
            attempts.failed = 1 if settled else attempts.failed + 1
        finally:
            stopping.cancel()
            warm.cancel()

    async def _end(self, process: Process, plan: StartPlan, exited: asyncio.Task[int], *, was_warm: bool) -> None:
        """The process has ended, is to end, or never answered."""
        if self._stopping.is_set():
            self._enter(SiteState.STOPPING)
            self.port = None
            self.condition.last_exit = await process.stop(plan.stop_limit_seconds)
            self._console.flush()
            return
        if exited.done():
            code = self.condition.last_exit = exited.result()
            self._console.flush()
            when = "after it had answered" if was_warm else "before it answered"
            self._fail(f"the app {_ending(code)} {when}")
            return
        self.condition.last_exit = await process.stop(plan.stop_limit_seconds)
        self._console.flush()
        self._fail(
            f"the app did not answer GET {plan.warmup_path} on PORT within {plan.start_limit_seconds:g} s; "
            "it must listen on $PORT, or WEBSITES_CONTAINER_START_TIME_LIMIT must be longer"
        )

    async def _warm_up(self, port: int, plan: StartPlan) -> None:
        while True:
            status = await self._machine.probe(port, plan.warmup_path)
            if status is not None and (not plan.warmup_statuses or status in plan.warmup_statuses):
                return
            await asyncio.sleep(self._machine.timings.probe_seconds)

    async def _pause(self, attempts: _Attempts) -> None:
        """Back-off, or the block, before the next start; a stop ends it."""
        self.condition.restarts += 1
        if attempts.failed >= self._machine.timings.failures_to_block:
            attempts.failed = 0
            seconds = self._machine.timings.block_seconds
            self._platform.say(f"Site {self._name} is blocked for {seconds:g} s after repeated failed starts")
            self._enter(SiteState.BLOCKED)
        else:
            backoff = self._machine.timings.backoff_seconds
            seconds = backoff[min(attempts.failed, len(backoff)) - 1]
            self._enter(SiteState.STARTING)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _enter(self, state: SiteState) -> None:
        if state is not self.condition.state:
            self._platform.say(f"Site {self._name}: {state}")
        self.condition.state = state
        if state is SiteState.RUNNING:
            self.condition.last_error = None
        if state in (SiteState.STARTING, SiteState.STOPPING):
            self._settled.clear()
        else:
            self._settled.set()

    def _fail(self, message: str) -> None:
        self.condition.last_error = message
        self._platform.say(f"Site {self._name}: {message}")


def _ending(code: int) -> str:
    return f"exited with code {code}" if code >= 0 else f"was ended by signal {-code}"


def shell_line(command: str) -> str:
    """The command for `sh -c`; a plain program replaces the shell, so that signals reach it."""
    first = command.split(maxsplit=1)[0] if command.split() else ""
    is_plain = not re.search(r"[;&|<>()`\n]", command) and "=" not in first and first not in _SHELL_WORDS
    return f"exec {command}" if is_plain else command
