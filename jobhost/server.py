"""A host at work: starts its functions, watches for the stop, and ends within the grace.

The order of a stop: nothing new is received; handlers go on; two seconds before the end (or at half the grace) they
are told; half a second before the end what is left is given back. Settling a message is never cut short.
"""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobhost import wiring
from jobhost.capacity import Capacity
from jobhost.consumer import Consumer
from jobhost.context import CancelReason
from jobhost.coroutines import LoopThread
from jobhost.dynamic import SystemProcessor
from jobhost.errors import StartError
from jobhost.health import health_of
from jobhost.meters import Meters
from jobhost.options import of_other_queues
from jobhost.running import Running
from jobhost.timers import Timer
from jobhost.tracing import tracing
from jobhost.workers import Workers

if TYPE_CHECKING:
    from jobhost.host import JobHost

STOP_CHECK_SECONDS = 0.2
FINISH_CHECK_SECONDS = 0.02
TELL_SECONDS = 2.0
"""Before the end of the grace handlers are told to end this early, or at half of it if that is later."""
GIVE_BACK_SECONDS = 0.5
"""Kept of the grace to give unfinished messages back."""

EXIT_CLEAN, EXIT_START_FAILED, EXIT_GRACE_EXCEEDED = 0, 1, 3


class Server:
    """Everything of a host that runs."""

    def __init__(self, host: JobHost) -> None:
        """Connect what the functions need; nothing is received yet.

        Raises:
            StartError: there are no functions, or a setting is missing or wrong.
        """
        if not host.functions and not host.timers:
            raise StartError("run(): the host has no functions; register one with @host.queue(name)")
        self._host = host
        self._clock, self._log = host.clock, host.log
        self._stop = host.stop_request
        self._options = wiring.host_settings(host)
        self._grace = self._options.grace
        shutdown_file = host.environment.get("WEBJOBS_SHUTDOWN_FILE")
        self._stop.shutdown_file = Path(shutdown_file) if shutdown_file else None
        self._meters = Meters()
        self._settings = wiring.settings_of(host)
        self._services = wiring.services_of(host, LoopThread(), self._options)
        self._services.observers.append(self._meters.observe)
        self._keeper = self._services.keeper
        capacity = Capacity(self._options.concurrency)
        self._consumers = wiring.consumers_of(
            host, self._settings, self._services, Workers(), SystemProcessor, capacity
        )
        for queue in host.paused:
            self.pause(queue)
        self._timers = wiring.timers_of(host, self._services)
        self._services.around = tracing()
        self._insights = wiring.insights_of(host)
        if self._insights is not None:
            self._services.observers.append(self._insights.observe)

    def serve(self) -> int:
        """Work until a stop is asked for; answers the exit code."""
        if self._stop.reason() is None:
            for hook in self._host.start_hooks:
                try:
                    result = hook()
                    if inspect.iscoroutine(result):
                        self._services.coroutines.run(result, lambda cancel: None)
                except StartError as error:
                    sys.stderr.write(f"{error}\n")
                    return EXIT_START_FAILED
                except Exception as error:  # noqa: BLE001 - the job's own code; its traceback says where
                    self._log.trace(error)
                    sys.stderr.write(f"on_start: {getattr(hook, '__name__', hook)} raised {type(error).__name__}\n")
                    return EXIT_START_FAILED
        self._keeper.start()
        if self._stop.reason() is None:
            self._start()
        self._watch()
        ends = self._clock.monotonic() + self._grace.total_seconds()
        code = self._end()
        if self._insights is not None:
            self._insights.close(max(ends - self._clock.monotonic(), FINISH_CHECK_SECONDS))
        return code

    def wake(self, queue: str) -> None:
        """Let the function of the queue look now."""
        if queue in self._consumers:
            self._consumers[queue].wake()

    def pause(self, queue: str) -> None:
        """Receive nothing from the queue."""
        if queue in self._consumers:
            self._consumers[queue].pause()

    def resume(self, queue: str) -> None:
        """Receive again."""
        if queue in self._consumers:
            self._consumers[queue].resume()

    def health(self) -> dict[str, Any]:
        """How the host is."""
        return health_of(self._consumers.values(), self._timers.values(), self._meters, self._keeper, self._clock)

    def _start(self) -> None:
        self._announce()
        if self._insights is not None:
            self._insights.start()
        for part in self._parts():
            part.start()

    def _watch(self) -> None:
        """Return when a stop is asked for; write the health line meanwhile."""
        every = self._options.health_every.total_seconds()
        next_line = self._clock.monotonic() + every
        while self._stop.reason() is None:
            self._clock.sleep(STOP_CHECK_SECONDS)
            if self._clock.monotonic() >= next_line:
                next_line = self._clock.monotonic() + every
                self._log.info("health", **self.health())

    def _end(self) -> int:
        self._log.info("stopping", reason=self._stop.reason(), grace=self._grace.total_seconds())
        for part in self._parts():
            part.stop()
        finished = self._finish()
        given_back = 0
        for running in self._running():
            given_back += running.lease.give_back(patience=0.1)
        self._keeper.close()
        if finished:
            self._log.info("stopped")
            return EXIT_CLEAN
        self._log.warning("stopped", reason="the grace ended before the work", given_back=given_back)
        return EXIT_GRACE_EXCEEDED

    def _finish(self) -> bool:
        """Whether all handlers ended within the grace."""
        grace = self._grace.total_seconds()
        ends = self._clock.monotonic() + grace
        give_back = ends - min(GIVE_BACK_SECONDS, grace / 2)
        tell = ends - min(TELL_SECONDS, grace / 2)
        parts = self._parts()
        while not all(part.finished for part in parts):
            now = self._clock.monotonic()
            if self._stop.is_urgent or now >= tell:
                for running in self._running():
                    running.context.cancel(CancelReason.STOPPING)
            if self._stop.is_urgent or now >= give_back:
                return False
            self._clock.sleep(FINISH_CHECK_SECONDS)
        return True

    def _parts(self) -> list[Consumer | Timer]:
        return [*self._consumers.values(), *self._timers.values()]

    def _running(self) -> list[Running]:
        return [watched for watched in self._keeper.watched() if isinstance(watched, Running)]

    def _announce(self) -> None:
        """Say what is in force, once, before the first message."""
        grace = self._grace.total_seconds()
        self._log.info(
            "starting", process=os.getpid(), grace=grace, concurrency=self._options.concurrency or "no limit"
        )
        for key in of_other_queues(self._host.functions, self._host.environment):
            self._log.warning("setting-not-used", setting=key, reason="this host has no function for that queue")
        for queue, settings in self._settings.items():
            function = self._host.functions[queue].name
            poison = settings.poison_url
            if queue in self._consumers:
                name = poison.rpartition("/")[2] if poison else "none"
                self._log.info("listening", function=function, **settings.shown(), poison=name)
                if poison is None and not settings.name.endswith("-poison"):
                    self._log.warning(
                        "no-poison-queue", queue=settings.name, reason="failed messages come back for ever"
                    )
            else:
                self._log.warning("disabled", function=function, queue=settings.name)
        for name, timer in self._timers.items():
            self._log.info("timing", function=name, schedule=timer.function.schedule, catch_up=timer.function.catch_up)
        for name in self._host.timers.keys() - self._timers.keys():
            self._log.warning("disabled", function=name)
