"""Runs one timer function: when it is due, once over all instances, never two runs at once.

After the WebJobs SDK's timer trigger (TimerListener in azure-webjobs-sdk-extensions): the state is kept in a blob,
what was missed is made up for, and an early timer does not run an occurrence twice.
"""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext
from datetime import datetime

from jobhost.binding import is_coroutine
from jobhost.blobs import Blobs
from jobhost.context import CancelReason, Context
from jobhost.errors import Crash, GiveBack, QueueError
from jobhost.forks import end_if_forked
from jobhost.records import Execution, Outcome
from jobhost.running import NoLease, Running
from jobhost.schedules import Schedule
from jobhost.services import Services
from jobhost.tick import Tick
from jobhost.timer_function import TimerFunction
from jobhost.timer_state import TimerState, after_run, at_start, is_missed, is_of_the_future

LONGEST_SLEEP_SECONDS = 60.0
"""A timer looks at the clock at least this often, because clocks are set."""
STORAGE_RETRY_SECONDS = 5.0


class Timer:
    """The loop of one timer function."""

    def __init__(
        self, function: TimerFunction, schedule: Schedule, blobs: Blobs | None, host: str, services: Services
    ) -> None:
        self.function = function
        self.state: TimerState | None = None
        """Known from the first look at the blob on."""
        self.is_running = False
        self.fault = ""
        """What is wrong with the state's storage now."""
        self._schedule, self._blobs, self._services = schedule, blobs, services
        self._blob = f"timers/{host}/{function.name}"
        self._late = False
        self._process = os.getpid()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"jobhost-{function.name}", daemon=True)

    def start(self) -> None:
        """Run in the background until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no further run."""
        self._stop.set()

    @property
    def finished(self) -> bool:
        """Whether the loop has ended."""
        return not self._thread.is_alive()

    def step(self) -> float | None:
        """Run what is due; answers the seconds until the next look, None when nothing is ever due again."""
        try:
            if self.state is None:
                wait = self._begin()
                if wait is not None:
                    return wait
            return self._step()
        except QueueError as fault:
            if str(fault) != self.fault:
                self._services.log.error("timer-storage-failed", function=self.function.name, reason=fault)  # noqa: TRY400
            self.fault = str(fault)
            return STORAGE_RETRY_SECONDS

    def _begin(self) -> float | None:
        now = self._services.clock.now()
        saved = self._load()
        self.state = at_start(saved, self.function.schedule, self._schedule, now, self.function.catch_up)
        self._late = self.state.next is not None and self.state.next <= now
        if is_missed(saved, self.function.schedule, now) and not self._late:
            self._say_missed(saved)
        if self.state != saved:
            self._save()
        if self.function.run_on_start and not self._late:
            self._call(Tick(now, "startup", self.state.last))
        return None

    def _say_missed(self, saved: TimerState | None) -> None:
        missed = saved.next.isoformat() if saved and saved.next else ""
        reason = "was due while the host was down and is dropped; catch_up='one' makes up for it"
        self._services.log.warning("missed", function=self.function.name, due=missed, reason=reason)

    def _step(self) -> float | None:
        assert self.state is not None
        state, now = self.state, self._services.clock.now()
        if state.next is None:
            return None
        wait = (state.next - now).total_seconds()
        if wait > 0 and is_of_the_future(state, now):
            self._services.log.warning("clock-set-back", function=self.function.name, last=state.last, now=now)
            self.state = None
            return 0.0
        if wait > 0:
            return min(wait, LONGEST_SLEEP_SECONDS)
        self._call(Tick(state.next, "late" if self._late else "scheduled", state.last), occurrence=True)
        return 0.0

    def _call(self, tick: Tick, *, occurrence: bool = False) -> None:
        """One run, under the lock where the timer is a singleton."""
        function, services = self.function, self._services
        name = f"{function.name}-{tick.scheduled_for:%Y%m%dT%H%M%S}"
        context = Context(function.name, name, 1, 1, clock=services.clock, log=services.log, timeout=function.timeout)
        running = Running(NoLease(), context, services.clock, function.timeout, lambda: self._stuck(name))
        locked = function.singleton and services.locks is not None
        self.is_running = True
        services.keeper.watch(running)
        try:
            lock = services.locks.held(f"timers/{function.name}", context, None) if locked and services.locks else None
            with lock or nullcontext():
                if occurrence and locked and self._was_run_elsewhere():
                    return
                self._execute(tick, context, running)
                if occurrence:
                    self._advance()
        except GiveBack:
            return  # the host stops while another instance has the lock
        finally:
            self.is_running = False
            services.keeper.forget(running)

    def _was_run_elsewhere(self) -> bool:
        """Whether another instance has run the occurrence meanwhile; then its state is ours."""
        assert self.state is not None
        saved = self._load()
        if saved is None or saved.schedule != self.state.schedule or saved.next == self.state.next:
            return False
        self.state, self._late = saved, False
        return True

    def _advance(self) -> None:
        assert self.state is not None
        now = self._services.clock.now()
        self.state = after_run(self.state, self._schedule, now, self.function.catch_up, late=self._late)
        self._late = self.state.next is not None and self.state.next <= now
        self._save()

    def _execute(self, tick: Tick, context: Context, running: Running) -> None:
        services, function = self._services, self.function
        started, began = services.clock.now(), services.clock.monotonic()
        outcome, reason, problem = Outcome.HANDLED, "", None
        around = services.around(context, function.schedule) if services.around is not None else None
        try:
            with around or nullcontext():
                try:
                    result = function.handler(*function.arguments(tick, context))
                finally:
                    end_if_forked(self._process)
                if is_coroutine(function.handler):
                    services.coroutines.run(result, lambda cancel: setattr(running, "cancel_task", cancel))
        except Crash:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises fails its run, not the host
            problem, outcome, reason = (
                error,
                Outcome.FAILED,
                f"{type(error).__name__}: {error}".partition("\n")[0][:500],
            )
            if context.cancel_reason is CancelReason.TIMEOUT:
                reason = f"timed out after {function.timeout}"
            elif not isinstance(error, GiveBack):
                services.log.trace(error)
        services.report(
            Execution(
                function.name, function.schedule, context.message_id, 1, 1, outcome, started,
                seconds=services.clock.monotonic() - began,
                waited=max(0.0, (started - tick.scheduled_for).total_seconds()),
                reason=reason or ("" if tick.reason == "scheduled" else tick.reason),
                error=problem,
            )
        )  # fmt: skip

    def _stuck(self, run: str) -> None:
        reason = f"timed out after {self.function.timeout} and does not end; the timer waits for it"
        self._services.log.error("stuck", function=self.function.name, message=run, reason=reason)

    def _load(self) -> TimerState | None:
        if self._blobs is None or not self.function.persist:
            return self.state
        return TimerState.from_json(self._blobs.read(self._blob))

    def _save(self) -> None:
        """Write the state; a run that cannot be written down has happened all the same."""
        if self._blobs is None or not self.function.persist or self.state is None:
            return
        try:
            self._blobs.write(self._blob, self.state.to_json(self._services.clock.now()))
        except QueueError as fault:
            self.fault = str(fault)
            self._services.log.error("timer-state-not-written", function=self.function.name, reason=fault)  # noqa: TRY400
        else:
            self.fault = ""

    def _run(self) -> None:
        while not self._stop.is_set():
            wait = self.step()
            self._stop.wait(wait)


def next_due(timers: list[Timer]) -> datetime | None:
    """When the first of the timers is due."""
    return min((timer.state.next for timer in timers if timer.state and timer.state.next), default=None)
