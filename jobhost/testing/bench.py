"""Runs a host's functions in a test: queues in memory, virtual time, no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jobhost import wiring
from jobhost.binding import Binding
from jobhost.blobs import Blobs
from jobhost.calls import Key, name_of
from jobhost.capacity import Capacity
from jobhost.consumer import Consumer
from jobhost.context import CancelReason
from jobhost.durations import Duration, duration
from jobhost.encoding import encoded
from jobhost.errors import StartError
from jobhost.functions import QueueFunction
from jobhost.health import health_of
from jobhost.logs import Log
from jobhost.meters import Meters
from jobhost.records import Outcome
from jobhost.running import Running
from jobhost.sending import Done, content_of
from jobhost.settings import CONNECTION, poison_name
from jobhost.testing.ledger import Ledger
from jobhost.testing.manual_clock import ManualClock
from jobhost.testing.memory_blobs import MemoryBlobs
from jobhost.testing.memory_queue import MemoryQueue
from jobhost.testing.virtual_loop import VirtualLoop
from jobhost.timers import Timer, next_due

if TYPE_CHECKING:
    from jobhost.host import JobHost


class Bench:
    """Runs the functions of a host, one message at a time, in the test's own thread.

    The host sends to the bench's queues and reads its clock until the `with` block ends; then the ledger is checked.
    """

    def __init__(
        self,
        host: JobHost,
        *,
        attempts: int | None = None,
        lease: Duration | None = None,
        seed: int | None = None,
        environment: Mapping[str, str] | None = None,
        clock: ManualClock | None = None,
        blobs: MemoryBlobs | None = None,
        log: Log | None = None,
    ) -> None:
        """`attempts` and `lease` are what the manifest would say; `blobs` and `clock` may be another bench's."""
        self.clock = clock or ManualClock()
        self.blobs_in_memory = blobs or MemoryBlobs(self.clock)
        self.ledger = Ledger()
        """What happened to every message."""
        self._host = host
        self._was = (host.environment, host.storage, host.clock, host.log, host.server)
        self._seed = seed
        self._queues: dict[str, MemoryQueue] = {}
        self._failures: dict[str, list[BaseException | type[BaseException]]] = {}
        self._calls: Counter[str] = Counter()
        host.environment = {CONNECTION: "memory", **self._planned(host, attempts, lease), **(environment or {})}
        host.storage, host.clock, host.log, host.server = self, self.clock, log or host.log, self
        try:
            self._start()
        except StartError:
            self.close()
            raise

    def _start(self) -> None:
        host = self._host
        options = wiring.host_settings(host)
        self._services = wiring.services_of(host, VirtualLoop(self.clock), options)
        self._meters = Meters()
        self._services.observers += [self.ledger.executions.append, self._meters.observe]
        self.clock.watch(self._services.keeper.attend_due)
        self._settings = wiring.settings_of(host)
        functions = host.functions
        host.functions = {name: self._watched(function) for name, function in functions.items()}
        workers: Any = _Inline()
        capacity = Capacity(options.concurrency)
        self._consumers = wiring.consumers_of(
            host, self._settings, self._services, workers, lambda: lambda: None, capacity
        )
        host.functions = functions
        for queue in host.paused:
            self.pause(queue)
        self._timers = wiring.timers_of(host, self._services)

    @staticmethod
    def _planned(host: JobHost, attempts: int | None, lease: Duration | None) -> dict[str, str]:
        planned = {}
        for name in host.functions:
            prefix = f"QUEUE_{name.upper().replace('-', '_')}"
            if attempts is not None:
                planned[f"{prefix}_ATTEMPTS"] = str(attempts)
            if lease is not None:
                planned[f"{prefix}_LEASE_SECONDS"] = str(round(duration(lease, "lease").total_seconds()))
        return planned

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if error is None:
            self.check()

    async def __aenter__(self) -> Bench:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def close(self) -> None:
        """Give the host back its own storage and clock."""
        host = self._host
        host.environment, host.storage, host.clock, host.log, host.server = self._was

    def check(self) -> None:
        """Raise AssertionError when a message was lost, deleted too early, or tried too often."""
        problems = [
            problem
            for name, settings in self._settings.items()
            for problem in self.ledger.problems(
                self.queue(name), self.poison(name) if poison_name(name) else None, settings.max_deliveries
            )
        ]
        assert not problems, "\n".join(problems)

    @property
    def outcomes(self) -> list[Outcome]:
        """How each delivery and each timer's run ended."""
        return self.ledger.outcomes

    def queue(self, address: str) -> MemoryQueue:
        """The queue of that name; made when first asked for."""
        if address not in self._queues:
            self._queues[address] = MemoryQueue(address, self.clock, seed=self._seed)
        return self._queues[address]

    def poison(self, name: str) -> MemoryQueue:
        """Where the failed messages of the queue `name` go."""
        return self.queue(f"{name}-poison")

    def blobs(self) -> Blobs:
        """The container for locks and timers."""
        return self.blobs_in_memory

    def wake(self, queue: str) -> None:
        """What the host asks for when it sends; here every queue is looked at in any case."""

    def pause(self, queue: str) -> None:
        """Deliver nothing from the queue, as `host.pause` asks."""
        if queue in self._consumers:
            self._consumers[queue].pause()

    def resume(self, queue: str) -> None:
        """Deliver again."""
        if queue in self._consumers:
            self._consumers[queue].resume()

    def health(self) -> dict[str, Any]:
        """How the functions are, as `host.health` says."""
        services = self._services
        return health_of(self._consumers.values(), self._timers.values(), self._meters, services.keeper, self.clock)

    def consumer(self, queue: str) -> Consumer:
        """What reads the queue, for tests of polling."""
        return self._consumers[queue]

    def timer(self, key: Key) -> Timer:
        """What runs the timer, for tests of its state."""
        return self._timers[self._name(key)]

    def send(self, name: str, payload: object) -> None:
        """Put `payload` on a queue in the encoding that its function reads."""
        settings = self._settings.get(name)
        form = "base64" if settings is not None and settings.encoding == "base64" else "text"
        self.queue(name).send(encoded(content_of(payload), "base64" if form == "base64" else "text"))

    def calls(self, key: Key) -> int:
        """How often the function was called."""
        return self._calls[self._name(key)]

    def fail(self, key: Key, *, with_: BaseException | type[BaseException] = OSError, times: int = 1000) -> None:
        """Let the next calls of the function raise instead of doing anything."""
        self._failures.setdefault(self._name(key), []).extend([with_] * times)

    def stop(self) -> None:
        """Tell the handlers that run that the host stops, as at the end of its grace."""
        for running in self._services.keeper.watched():
            if isinstance(running, Running):
                running.context.cancel(CancelReason.STOPPING)

    def restart(self) -> None:
        """Begin anew with the same queues and blobs, as a new process after a crash."""
        self._start()

    def step(self) -> bool:
        """Deliver every message that is visible now, once; False when there was none."""
        delivered = False
        for name, consumer in self._consumers.items():
            ends = self.queue(name).calls["receive"] + 10_000
            while consumer.ready(1) and self.queue(name).calls["receive"] < ends:
                before = len(self.ledger.executions)
                consumer.poll(1)
                if len(self.ledger.executions) == before:
                    break
                delivered = True
        return delivered

    def run_until_idle(self) -> Done:
        """Deliver, moving the clock over every wait, until the queues with functions that are not paused are empty.

        All is done when this returns, also for a test that awaits it.
        """
        while True:
            if self.step():
                continue
            times = [self.queue(name).next_visible() for name, read in self._consumers.items() if not read.is_paused]
            pending = [time for time in times if time is not None]
            if not pending:
                return Done()
            self.clock.advance(max((min(pending) - self.clock.now()).total_seconds(), 0.1))

    def advance(self, length: Duration) -> Done:
        """Move the clock by `length`, running timers and messages when they are due; may be awaited."""
        end = self.clock.monotonic() + duration(length, "advance").total_seconds()
        while True:
            for timer in self._timers.values():
                while timer.step() == 0.0:
                    pass
            self.step()
            left = end - self.clock.monotonic()
            if left <= 0:
                return Done()
            due = next_due(list(self._timers.values()))
            until = left if due is None else min(left, max((due - self.clock.now()).total_seconds(), 0.001))
            self.clock.advance(until if due is not None else min(left, 1.0))

    def _name(self, key: Key) -> str:
        return name_of(self._host, key, "testing")

    def _watched(self, function: QueueFunction) -> QueueFunction:
        """The function with its calls counted and its scripted failures."""
        return replace(function, binding=self._counted(function.name, function.binding))

    def _counted(self, name: str, binding: Binding) -> Binding:
        inner = binding.call

        def before(context: Any) -> None:
            self._calls[name] += 1
            self.ledger.called[context.message_id] += 1
            if self._failures.get(name):
                raise self._failures[name].pop(0)

        def handle(payload: Any, context: Any) -> Any:
            before(context)
            result = inner(payload, context)
            self.ledger.finished.add(context.message_id)
            return result

        async def handle_async(payload: Any, context: Any) -> Any:
            before(context)
            result = await inner(payload, context)
            self.ledger.finished.add(context.message_id)
            return result

        return replace(binding, handler=handle_async if binding.is_async else handle, wants_context=True)


class _Inline:
    """Runs each task at once, in the caller's thread."""

    def submit(self, task: Callable[[], None]) -> None:
        task()
