"""The host: collects a job's functions and runs them until the platform asks it to stop."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from jobhost.backoff import Backoff
from jobhost.binding import bound, is_coroutine
from jobhost.clock import Clock, SystemClock
from jobhost.durations import Duration, duration
from jobhost.encoding import Encoding
from jobhost.errors import JobHostError, StartError
from jobhost.functions import QueueFunction
from jobhost.logs import Log, StreamLog
from jobhost.options import encoding as read_encoding
from jobhost.options import given, given_to_host
from jobhost.records import Execution, Observer, Outcome
from jobhost.settings import is_queue_name, queue_settings
from jobhost.stopping import StopRequest
from jobhost.storage import AzureStorage, Storage
from jobhost.tick import CATCH_UP, CatchUp

if TYPE_CHECKING:
    from jobhost.sending import Done
    from jobhost.server import Server
    from jobhost.testing import Bench
    from jobhost.timer_function import TimerFunction

EXIT_START_FAILED = 1

H = TypeVar("H", bound=Callable[..., Any])


class JobHost:
    """Runs queue and timer functions: messages at least once each, retried with a back-off, then poison."""

    def __init__(  # noqa: PLR0913 - the options of a host, each by name
        self,
        *,
        concurrency: int | None = None,
        max_poll: Duration | None = None,
        grace: Duration = "auto",
        health_every: Duration = "1m",
        poison_records: bool = False,
        environment: Mapping[str, str] | None = None,
        storage: Storage | None = None,
        clock: Clock | None = None,
        log: Log | None = None,
    ) -> None:
        """Make a host with no functions yet; nothing is read or connected before `run`.

        Args:
            concurrency: how many messages may be in hand at once over all functions; no limit by default.
            max_poll: the longest wait between two looks at an empty queue, for queues that name none; 10 s by default.
            grace: how long a stop may take; `auto` is what the job's `stop_grace` says, less a second.
            health_every: how often a line of health is written.
            poison_records: write the reason of each poisoned message to `poison/<queue>/<message>.json` in the
                container `jobhost`; the log has it in any case.
            environment: where settings are found; the process's own by default.
            storage: what opens queues and blobs; Azure Storage with the site's identity by default.
            clock: the time; the machine's by default.
            log: where events go; standard output by default.
        """
        self.functions: dict[str, QueueFunction] = {}
        """The queue functions by queue name."""
        self.timers: dict[str, TimerFunction] = {}
        """The timer functions by name."""
        self.environment = os.environ if environment is None else environment
        self.storage = storage or AzureStorage(self.environment)
        self.clock = clock or SystemClock()
        self.log = log or StreamLog()
        self.max_poll = None if max_poll is None else duration(max_poll, "JobHost(max_poll)")
        self.grace = None if grace == "auto" else duration(grace, "JobHost(grace)")
        self.health_every = duration(health_every, "JobHost(health_every)")
        self.concurrency: int | None = given_to_host("concurrency", concurrency)
        self.poison_records = poison_records
        self.paused: set[str] = set()
        """The queues from which nothing is received."""
        self.start_hooks: list[Callable[[], object]] = []
        self.observers: list[Observer] = []
        self.stop_request = StopRequest()
        self.server: Server | Bench | None = None
        """What runs the functions, from `run` on."""

    @classmethod
    def from_environment(cls, **options: Any) -> JobHost:
        """A host that finds everything in the environment: the same as `JobHost()`."""
        return cls(**options)

    def queue(  # noqa: PLR0913 - the options of a queue, each by name
        self,
        name: str,
        *,
        concurrency: int | None = None,
        dynamic: bool | None = None,
        batch_size: int | None = None,
        max_attempts: int | None = None,
        max_deliveries: int | None = None,
        lease: Duration | None = None,
        timeout: Duration | None = None,
        retry: Backoff | str | None = None,
        max_poll: Duration | None = None,
        rate: str | None = None,
        encoding: Encoding | None = None,
        on_invalid: str | None = None,
        singleton: bool | str = False,
        lock_wait: Duration | None = None,
        function: str | None = None,
    ) -> Callable[[H], H]:
        """Register the decorated function for the messages of the queue `name`; the function itself is unchanged.

        Its first parameter is the payload, made by its annotation: dict, list, a dataclass, a TypedDict, a pydantic
        model, str, bytes, or `Message`; its second, where there is one, the `Context`. Coroutine functions run on one
        event loop, all others in threads.

        Args:
            name: the queue's name in the manifest.
            concurrency: how many messages may be in hand at once (1).
            dynamic: let the processor decide, with `concurrency` as the most.
            batch_size: how many messages one call may fetch (16); never more than there are free slots.
            max_attempts: after how many failures a message is poison (what the manifest says, else 5).
            max_deliveries: how often a message is handed out at most, process deaths included (3 more).
            lease: for how long a message is hidden, renewed at half (what the manifest says, else 5m).
            timeout: how long a call may take; no limit by default.
            retry: the wait after a failed attempt (5s, doubled each time, up to 10m).
            max_poll: the longest wait between two looks at the empty queue.
            rate: at most so many a time, such as `100/m`.
            encoding: `auto` (JSON and Message), `base64` (str and bytes) or `text`.
            on_invalid: `poison` at once, or `retry`, when the payload does not fit the annotation.
            singleton: True for one call at a time over all instances, `"host"` for one over all functions that say
                so, or a text with fields of the payload, such as `"{customer}"`, for one a customer.
            lock_wait: how long a call waits for a singleton's lock (60s) before the attempt counts as failed.
            function: the function's name in settings and logs; the handler's own by default.

        Raises:
            StartError: an option is out of range, the handler's annotations cannot be met, or the queue has a function.
        """
        options = given({
            "concurrency": concurrency, "dynamic": dynamic, "batch_size": batch_size, "max_attempts": max_attempts,
            "max_deliveries": max_deliveries, "lease": lease, "timeout": timeout, "retry": retry,
            "max_poll": max_poll or self.max_poll, "rate": rate, "encoding": encoding, "on_invalid": on_invalid,
            "lock_wait": lock_wait,
        }, f"queue {name!r}")  # fmt: skip
        return self._reader(name, function, options, singleton=singleton)

    def _reader(
        self, name: str, function: str | None, options: Mapping[str, Any], *, singleton: bool | str
    ) -> Callable[[H], H]:
        where = f"queue {name!r}"
        if not is_queue_name(name):
            raise StartError(f"{where}: is no queue's name; expected 3 to 63 small letters, digits and single dashes")
        if name in self.functions:
            raise StartError(f"{where}: has a function already; one function a queue")

        def register(handler: H) -> H:
            self._add(QueueFunction(_name(handler, function), name, bound(handler, where), options, singleton))
            return handler

        return register

    def _add(self, function: QueueFunction) -> None:
        function.check()
        self._check_name(function.name)
        self.functions[function.queue] = function

    def _check_name(self, name: str) -> None:
        if name in self.timers or any(known.name == name for known in self.functions.values()):
            raise StartError(
                f"function {name}: is there already; expected another name, or `function=` to tell them apart"
            )

    def timer(
        self,
        schedule: str,
        *,
        tz: str | None = None,
        catch_up: CatchUp | bool = "none",
        singleton: bool = True,
        persist: bool = True,
        run_on_start: bool = False,
        timeout: Duration | None = None,
        function: str | None = None,
    ) -> Callable[[H], H]:
        """Register the decorated function to run by a schedule; it takes nothing, a `Tick`, a `Context`, or both.

        Args:
            schedule: six NCrontab fields (seconds first), five, or `every 5m`.
            tz: the schedule's time zone; the site's by default, else UTC.
            catch_up: what happens to runs that were missed while the host was down: `none` (or False) drops them and
                says so in the log, `one` (or True) makes up for all with one, `all` runs each.
            singleton: one run at a time, and each occurrence once, over all instances.
            persist: remember the next run in a blob; without it nothing is known of what was missed.
            run_on_start: run once at each start too.
            timeout: how long a run may take; no limit by default.
            function: the function's name in settings and logs; the handler's own by default.

        Raises:
            StartError: the schedule is none, or an option is out of range.
        """
        kind: Any = ("none", "one")[catch_up] if isinstance(catch_up, bool) else catch_up
        if kind not in CATCH_UP:
            raise StartError(f"timer {schedule!r}: catch_up {catch_up!r} is not known; expected none, one or all")
        limit = None if timeout is None else duration(timeout, f"timer {schedule!r}: timeout")

        from jobhost.timer_function import TimerFunction

        def register(handler: H) -> H:
            name = _name(handler, function)
            self._check_name(name)
            self.timers[name] = TimerFunction(
                name, handler, schedule, tz, kind, singleton, persist, run_on_start, limit
            )
            return handler

        return register

    def on_start(self, hook: Callable[[], object]) -> Callable[[], object]:
        """Register a function or coroutine that runs once before the first message; what it raises ends the start."""
        self.start_hooks.append(hook)
        return hook

    def on_error(self, hook: Observer) -> Observer:
        """Register a function that is told of every execution that failed or was poisoned.

        Raises:
            StartError: it is a coroutine function; executions end in many threads, and none of them has a loop.
        """
        if is_coroutine(hook):
            raise StartError(f"on_error: {getattr(hook, '__name__', hook)} is a coroutine; expected a plain function")

        def observe(execution: Execution) -> None:
            if execution.outcome in {Outcome.FAILED, Outcome.POISONED}:
                hook(execution)

        self.observers.append(observe)
        return hook

    def send(
        self,
        queue: str,
        payload: object,
        *,
        delay: Duration = 0,
        ttl: Duration | None = None,
        encoding: Encoding | Literal["none"] = "base64",
    ) -> Done:
        """Put `payload` on a queue: JSON for dicts, lists, dataclasses and models; str and bytes as they are.

        Base64 unless `encoding="text"` (or `"none"`, as .NET says), because .NET and Functions read that; this host's
        functions read both. A function of this host that waits for the queue looks at once. The message is on the
        queue when this returns; a coroutine may `await` the answer or not, but its event loop waits for the service:
        `send_async` lets it go on.

        Args:
            queue: the queue's name in the manifest.
            payload: what the receiving function is to get.
            delay: for how long nobody sees the message, at most 7 days.
            ttl: after how long the service drops it; 7 days by default, never for `-1`.
            encoding: how the body lies in the queue.

        Raises:
            PayloadTooLarge: the body would be over 64 KiB; nothing was sent.
            InvalidPayload: the payload cannot be said in JSON, or is no text where text was asked for.
            QueueError: the service does not take it.
            StartError: the environment does not know the queue, or a length of time is none.
        """
        from jobhost.encoding import encoded
        from jobhost.sending import Done, content_of, times

        form = read_encoding(encoding, "send(encoding=…)")
        body = encoded(content_of(payload), "text" if form == "text" else "base64")
        hidden, kept = times(delay, ttl)
        url = queue_settings(queue, self.environment).url
        self.storage.queue(url).send(body, delay=hidden, ttl=kept)
        if self.server is not None:
            self.server.wake(queue)
        return Done()

    async def send_async(
        self,
        queue: str,
        payload: object,
        *,
        delay: Duration = 0,
        ttl: Duration | None = None,
        encoding: Encoding | Literal["none"] = "base64",
    ) -> None:
        """`send` for coroutines: the service is asked in a thread, and the event loop goes on meanwhile.

        The message is on the queue when the awaited call returns. Takes and raises what `send` does.
        """
        import asyncio

        await asyncio.to_thread(self.send, queue, payload, delay=delay, ttl=ttl, encoding=encoding)

    def call(self, function: str | Callable[..., Any], payload: object = None) -> Any:
        """Call a function, or the one of that name, without a queue; answers what it answers, raises what it raises.

        A dict or list is read as a message that says it would be; everything else is handed over as it is.

        Raises:
            StartError: there is no such function.
            InvalidPayload: the dict or list is not what the function's annotation says.
        """
        from jobhost.calls import call

        return call(self, function, payload)

    def pause(self, queue: str | None = None) -> None:
        """Receive nothing more, from one queue or all, until `resume`; handlers that run go on. Also before `run`.

        Raises:
            StartError: the host has no function for the queue.
        """
        for name in self._chosen(queue, "pause"):
            self.paused.add(name)
            if self.server is not None:
                self.server.pause(name)

    def resume(self, queue: str | None = None) -> None:
        """Receive again; raises as `pause`."""
        for name in self._chosen(queue, "resume"):
            self.paused.discard(name)
            if self.server is not None:
                self.server.resume(name)

    def _chosen(self, queue: str | None, where: str) -> list[str]:
        if queue is not None and queue not in self.functions:
            known = ", ".join(sorted(self.functions)) or "none so far"
            raise StartError(f"{where}: there is no function for the queue {queue!r}; expected one of {known}")
        return list(self.functions) if queue is None else [queue]

    def health(self) -> dict[str, Any]:
        """What the host did and how it is: `healthy`, and one entry a function. Empty before `run`.

        In `host.testing()` it says what the bench did.
        """
        return self.server.health() if self.server is not None else {}

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self.server is not None and self.stop_request.reason() is not None

    def stop(self) -> None:
        """Ask the host to stop, from any thread, as often as one likes."""
        self.stop_request.call()

    def testing(self, **options: Any) -> Bench:
        """This host's functions on queues in memory and a clock that the test moves; see `jobhost.testing`."""
        from jobhost.testing import Bench

        return Bench(self, **options)

    def run(self) -> int:
        """Work until told to stop; answers the exit code: 0 clean, 1 not started, 3 grace exceeded."""
        from jobhost.server import Server

        try:
            if self.server is not None:
                raise StartError("run(): the host has run already; make a new JobHost")
            self.server = server = Server(self)
        except JobHostError as error:
            sys.stderr.write(f"{error}\n")
            return EXIT_START_FAILED
        with self.stop_request.listening():
            return server.serve()


def _name(handler: Callable[..., Any], name: str | None) -> str:
    return name or str(getattr(handler, "__name__", type(handler).__name__))
