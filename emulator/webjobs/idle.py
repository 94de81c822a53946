"""Idle timeout of triggered runs: neither output nor processor time.

As Kudu.Core/Infrastructure/IdleManager.cs does it.
"""

import math
from collections.abc import Callable
from datetime import timedelta

from emulator.webjobs.clock import Clock


class IdleWatch:
    """Notices that a process does nothing any more.

    The first sample of processor time after output always counts as activity, so that a process which does
    nothing at all is found idle after about twice the timeout, as on App Service.
    """

    def __init__(self, clock: Clock, *, timeout: timedelta, poll: timedelta) -> None:
        self._clock = clock
        self._timeout = timeout.total_seconds()
        self._poll = poll.total_seconds()
        self._outputs = 0
        self._last_output = clock.monotonic()

    def touch(self) -> None:
        """Note that there was output."""
        self._outputs += 1
        self._last_output = self._clock.monotonic()

    async def until_idle(self, cpu_ticks: Callable[[], int]) -> timedelta:
        """Return once the process is idle, with the time since its last activity."""
        outputs, sample, last_cpu = self._outputs, -1, -math.inf
        while True:
            await self._clock.sleep(self._poll)
            if self._outputs != outputs:
                outputs, sample = self._outputs, -1
                continue
            silence = self._clock.monotonic() - max(self._last_output, last_cpu)
            if silence <= self._timeout:
                continue
            ticks = cpu_ticks()
            if ticks == sample:
                return timedelta(seconds=silence)
            sample, last_cpu = ticks, self._clock.monotonic()


def idle_text(command: str, arguments: str, idle: timedelta) -> str:
    """What the log says when a run is ended for being idle; it shows 15 characters of the arguments."""
    shown = arguments if len(arguments) <= 15 else f"{arguments[:15]} ..."
    return (
        f"Command '{command} {shown}' was aborted due to no output nor CPU activity for "
        f"{int(idle.total_seconds())} seconds. You can increase the SCM_COMMAND_IDLE_TIMEOUT app setting "
        "(or WEBJOBS_IDLE_TIMEOUT if this is a WebJob) if needed."
    )
