"""The host: collects a job's queue functions and runs them until the platform asks it to stop."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from jobhost.backoff import Backoff
from jobhost.clock import Clock, SystemClock
from jobhost.consumer import Consumer
from jobhost.delivery import Deliverer, Encoding, Handler, QueueFunction
from jobhost.errors import JobHostError, StartError
from jobhost.keeper import LeaseKeeper
from jobhost.logs import Log, StreamLog
from jobhost.queues import Queue
from jobhost.settings import QueueSettings, queue_settings, stop_grace
from jobhost.stopping import StopRequest

STOP_CHECK_SECONDS = 0.2
FINISH_CHECK_SECONDS = 0.02
GIVE_BACK_SECONDS = 0.5
"""Kept of the grace to give unfinished messages back."""

EXIT_CLEAN, EXIT_START_FAILED, EXIT_GRACE_EXCEEDED = 0, 1, 3

Connect = Callable[[str], Queue]
"""Opens the queue at an address."""
H = TypeVar("H", bound=Handler)


class JobHost:
    """Runs queue functions: at least once each, retried with a back-off, then moved to the poison queue."""

    def __init__(
        self,
        *,
        max_poll: timedelta = timedelta(seconds=2),
        grace: timedelta | None = None,
        environment: Mapping[str, str] | None = None,
        connect: Connect | None = None,
        clock: Clock | None = None,
        log: Log | None = None,
    ) -> None:
        """Make a host with no functions yet; nothing is read or connected before `run`.

        Args:
            max_poll: the longest wait between two looks at an empty queue.
            grace: how long a stop may take; by default what the job's `stop_grace` says.
            environment: where `QUEUE_<NAME>_*` and `WEBJOBS_*` are found; the process's own by default.
            connect: how an address becomes a queue; Azure Storage with the site's identity by default.
            clock: the time; the machine's by default.
            log: where events go; standard output by default.
        """
        self.functions: dict[str, QueueFunction] = {}
        """The registered functions by queue name."""
        self._max_poll = max_poll
        self._grace = grace
        self._environment = os.environ if environment is None else environment
        self._connect = connect or _azure_queue
        self._clock = clock or SystemClock()
        self._log = log or StreamLog()
        self._stop: StopRequest | None = None

    def queue(
        self,
        name: str,
        *,
        concurrency: int = 1,
        batch: int = 16,
        encoding: Encoding = "text",
        retry: Backoff | None = None,
    ) -> Callable[[H], H]:
        """Register the decorated function for the messages of the queue `name`; the function itself is unchanged.

        Args:
            name: the queue's name in the manifest.
            concurrency: how many messages may be in hand at once, each in a thread.
            batch: how many messages one call may fetch; never more than there are free threads.
            encoding: `text`, or `base64` for queues that .NET programs write.
            retry: the wait after a failed attempt.

        Raises:
            StartError: an option is out of range, or the queue has a function already.
        """
        if concurrency < 1 or not 1 <= batch <= 32:
            raise StartError(
                f"queue {name!r}: concurrency {concurrency}, batch {batch}; expected concurrency from 1, batch 1 to 32"
            )
        if name in self.functions:
            raise StartError(f"queue {name!r}: has a function already; one function a queue")

        def register(handler: H) -> H:
            self.functions[name] = QueueFunction(name, handler, concurrency, batch, encoding, retry or Backoff())
            return handler

        return register

    def bound(self, *, connect: Connect, clock: Clock) -> JobHost:
        """A host with the same functions on other queues and another clock, for tests."""
        host = JobHost(
            max_poll=self._max_poll,
            grace=self._grace,
            environment=self._environment,
            connect=connect,
            clock=clock,
            log=self._log,
        )
        host.functions = dict(self.functions)
        return host

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for; a long handler may look here and raise `Retry`."""
        return self._stop is not None and self._stop.reason() is not None

    def stop(self) -> None:
        """Ask a running host to stop, from any thread."""
        if self._stop is not None:
            self._stop.call()

    def run(self) -> int:
        """Handle messages until told to stop; answers the exit code: 0 clean, 1 not started, 3 grace exceeded."""
        shutdown_file = self._environment.get("WEBJOBS_SHUTDOWN_FILE")
        keeper = LeaseKeeper(self._clock)
        try:
            if self._stop is not None:
                raise StartError("run(): the host has run already; make a new JobHost")
            consumers = self._consumers(keeper)
        except JobHostError as error:
            sys.stderr.write(f"{error}\n")
            return EXIT_START_FAILED
        self._stop = stop = StopRequest(Path(shutdown_file) if shutdown_file else None)
        with stop.listening():
            return self._serve(consumers, keeper, stop)

    def _consumers(self, keeper: LeaseKeeper) -> list[Consumer]:
        if not self.functions:
            raise StartError("run(): the host has no functions; register one with @host.queue(name)")
        return [
            self.consumer(function, queue_settings(name, self._environment), keeper)
            for name, function in self.functions.items()
        ]

    def consumer(self, function: QueueFunction, settings: QueueSettings, keeper: LeaseKeeper) -> Consumer:
        """The loop that `run` would start for `function`."""
        queue = self._connect(settings.url)
        poison = self._connect(settings.poison_url) if settings.poison_url else None
        deliverer = Deliverer(
            function, queue, poison, settings.attempts, settings.lease, keeper, self._clock, self._log
        )
        return Consumer(deliverer, self._max_poll, self._clock, self._log)

    def _serve(self, consumers: list[Consumer], keeper: LeaseKeeper, stop: StopRequest) -> int:
        grace = self._grace if self._grace is not None else stop_grace(self._environment)
        keeper.start()
        if stop.reason() is None:
            for consumer in consumers:
                self._announce(consumer.deliverer, grace)
                consumer.start()
        while stop.reason() is None:
            self._clock.sleep(STOP_CHECK_SECONDS)
        self._log.info("stopping", reason=stop.reason(), grace=grace.total_seconds())
        for consumer in consumers:
            consumer.stop()
        finished = self._wait_for(consumers, grace, stop)
        keeper.close()
        if finished:
            self._log.info("stopped")
            return EXIT_CLEAN
        given_back = sum(lease.give_back(patience=0.1) for lease in keeper.held())
        self._log.warning("stopped", reason="the grace ended before the work", given_back=given_back)
        return EXIT_GRACE_EXCEEDED

    def _wait_for(self, consumers: list[Consumer], grace: timedelta, stop: StopRequest) -> bool:
        """Whether all handlers ended within the grace."""
        allowance = grace.total_seconds()
        deadline = self._clock.monotonic() + allowance - min(GIVE_BACK_SECONDS, allowance / 2)
        while not all(consumer.finished for consumer in consumers):
            if stop.is_urgent or self._clock.monotonic() >= deadline:
                return False
            self._clock.sleep(FINISH_CHECK_SECONDS)
        return True

    def _announce(self, deliverer: Deliverer, grace: timedelta) -> None:
        self._log.info(
            "listening",
            queue=deliverer.queue.name,
            concurrency=deliverer.function.concurrency,
            attempts=deliverer.attempts,
            lease=deliverer.lease.total_seconds(),
            poison=deliverer.poison.name if deliverer.poison is not None else "none",
            max_poll=self._max_poll.total_seconds(),
            grace=grace.total_seconds(),
        )


def _azure_queue(url: str) -> Queue:
    from jobhost.storage_queue import StorageQueue

    return StorageQueue.from_url(url)
