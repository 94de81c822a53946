"""One running Azurite process: spawned, told things, read, ended."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Self

from emulator.storage.errors import StorageError

SERVICES = ("blob", "queue", "table")
OBEY_SECONDS = 10.0
STOP_SECONDS = 10.0
_LINES_KEPT = 20
_LISTENING = " service is successfully listening at "
_OBEYED = "oneplan obeyed "

log = logging.getLogger(__name__)


class Child:
    """The process and what it said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._heard = asyncio.Condition()
        self._listening = 0
        self._told = self._obeyed = 0
        self._is_at_end = False
        self.last_lines: deque[str] = deque(maxlen=_LINES_KEPT)
        """The end of its output."""
        self._reader = asyncio.create_task(self._read(), name="read Azurite's output")

    @classmethod
    async def spawn(cls, command: Sequence[str], environment: Mapping[str, str], inherit: int) -> Self:
        """Starts the command; it keeps the open file `inherit` for as long as it lives."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            pass_fds=(inherit,),
            start_new_session=True,  # Ctrl-C in the terminal is for the emulator, which ends this in order
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def listening(self, patience: float) -> bool:
        """Waits until all services listen; False when it ended, or took longer than `patience` seconds."""
        await self._hear(lambda: self._listening == len(SERVICES) or self._is_at_end, patience)
        return self._listening == len(SERVICES) and self._process.returncode is None

    async def tell(self, state: Mapping[str, Any]) -> None:
        """Passes `state` to the preload; returns when Azurite goes by it, or has ended.

        Raises:
            StorageError: it lives and does not react.
        """
        self._told += 1
        number = self._told
        assert self._process.stdin is not None
        with suppress(ConnectionError):  # it ended: whoever watches starts another and tells that one
            self._process.stdin.write(json.dumps({"number": number, **state}).encode() + b"\n")
            await self._process.stdin.drain()
        if not await self._hear(lambda: self._obeyed >= number or self._is_at_end, OBEY_SECONDS):
            raise StorageError("storage: Azurite does not react; `oneplan local stop` and start again")

    async def ended(self) -> int:
        """Waits for its end; the exit code."""
        code = await self._process.wait()
        await self._reader
        return code

    async def end(self) -> None:
        """Ends it and waits until everything is saved. May be called again."""
        assert self._process.stdin is not None
        self._process.stdin.close()  # at the end of its input the preload stops Azurite in order
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("storage: Azurite did not end within %.0f s and was killed", STOP_SECONDS)
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._reader

    async def _read(self) -> None:
        """Reads all it prints: a full pipe would stop it."""
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            line = raw.decode(errors="replace").rstrip()
            async with self._heard:
                self._note(line)
                self._heard.notify_all()
        async with self._heard:
            self._is_at_end = True
            self._heard.notify_all()

    def _note(self, line: str) -> None:
        if line.startswith(_OBEYED):
            self._obeyed = int(line.removeprefix(_OBEYED))
            return
        if _LISTENING in line:
            self._listening += 1
        self.last_lines.append(line)
        log.debug("azurite: %s", line)

    async def _hear(self, condition: Callable[[], bool], patience: float) -> bool:
        async with self._heard:
            try:
                await asyncio.wait_for(self._heard.wait_for(condition), patience)
            except TimeoutError:
                return False
        return True
