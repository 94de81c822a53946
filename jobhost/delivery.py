"""One delivery of one message: decode, call the handler, settle.

What happens to the message follows the WebJobs SDK's QueueProcessor (azure-sdk-for-net,
Microsoft.Azure.WebJobs.Extensions.Storage.Queues), with three differences: a failure waits before the next
attempt, a delivery that a stop cut short never leads to the poison queue by itself, and storage errors do not
end the process.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from jobhost.context import CancelReason, Context
from jobhost.errors import Crash, GiveBack, InvalidPayload, LockTimeout, Poison, QueueError, Retry
from jobhost.forks import end_if_forked
from jobhost.functions import QueueFunction
from jobhost.lease import Lease
from jobhost.queues import FOREVER, Queue
from jobhost.records import Execution, Outcome
from jobhost.running import Running
from jobhost.services import Services
from jobhost.settings import QueueSettings

POISON_RETRY = timedelta(seconds=60)
"""How long a message hides, at least, when the poison queue cannot be written."""
AT_ONCE = timedelta(0)


class Ending(NamedTuple):
    """How a delivery ended, before anybody is told."""

    outcome: Outcome
    reason: str = ""
    retry_in: timedelta | None = None
    error: BaseException | None = None
    poison: str = ""
    """The queue that holds the message now."""


class Deliverer:
    """Delivers messages of one queue to one handler."""

    def __init__(
        self, function: QueueFunction, settings: QueueSettings, queue: Queue, poison: Queue | None, services: Services
    ) -> None:
        self.function = function
        self.settings = settings
        self.queue = queue
        self.poison = poison
        self.poison_healthy = True
        """Whether the poison queue took what was last sent to it."""
        self._services = services
        self._process = os.getpid()

    def deliver(self, lease: Lease) -> Outcome:
        """Call the handler with the leased message, settle the message by how that went, and say so."""
        started, began = self._services.clock.now(), self._services.clock.monotonic()
        if self.poison is not None and lease.received.attempt > self.settings.max_deliveries:
            reason = "handed out again and again without an end; its handler may kill the process"
            return self._report(lease, started, began, self._to_poison(lease, reason))
        context = self._context(lease)

        def give_up() -> None:
            reason = f"timed out after {self.settings.timeout} and does not end; its thread stays busy"
            self._report(lease, started, began, self._failed(lease, reason, None, TimeoutError(reason)))

        running = Running(lease, context, self._services.clock, self.settings.timeout, give_up)
        self._services.keeper.watch(running)
        try:
            ending = self._ending(lease, context, running)
        finally:
            self._services.keeper.forget(running)
        return self._report(lease, started, began, ending)

    def _context(self, lease: Lease) -> Context:
        return Context(
            self.function.name,
            lease.received.id,
            lease.received.attempt,
            self.settings.max_attempts,
            clock=self._services.clock,
            log=self._services.log,
            timeout=self.settings.timeout,
        )

    def _ending(self, lease: Lease, context: Context, running: Running) -> Ending:
        try:
            payload = self.function.binding.payload(lease.received, self.queue.name, self.settings.encoding)
            self._call(payload, context, running)
        except Crash:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises fails its message, not the host
            return self._failure(lease, context, error)
        return Ending(Outcome.HANDLED if lease.delete() else Outcome.LOST, _lost_reason(lease))

    def _call(self, payload: Any, context: Context, running: Running) -> None:
        lock = self.function.lock_name(payload)
        services = self._services
        around = services.around(context, self.queue.name) if services.around is not None else None
        if lock is None and around is None:
            return self._handle(payload, context, running)
        held = services.locks.held(lock, context, self.settings.lock_wait) if lock and services.locks else nullcontext()
        with held, around or nullcontext():
            return self._handle(payload, context, running)

    def _handle(self, payload: Any, context: Context, running: Running) -> None:
        binding = self.function.binding
        try:
            result = binding.call(payload, context)
        finally:
            end_if_forked(self._process)
        if binding.is_async:
            self._services.coroutines.run(result, lambda cancel: setattr(running, "cancel_task", cancel))

    def _failure(self, lease: Lease, context: Context, error: BaseException) -> Ending:
        """Settle a message whose handler raised."""
        if context.cancel_reason is CancelReason.TIMEOUT and not isinstance(error, Poison):
            return self._failed(lease, f"timed out after {self.settings.timeout}", None, error)
        match error:
            case Poison() | InvalidPayload() if isinstance(error, Poison) or self.settings.on_invalid == "poison":
                return self._to_poison(lease, str(error), error)
            case GiveBack():
                return self._given_back(lease, str(error))
        if context.cancel_reason is CancelReason.STOPPING:
            return self._given_back(lease, "the host stops")
        match error:
            case Retry():
                return self._failed(lease, str(error), error.after, error)
            case InvalidPayload() | LockTimeout():
                return self._failed(lease, str(error), None, error)
        if lease.held:
            self._services.log.trace(error)
        return self._failed(lease, f"{type(error).__name__}: {_first_line(error)}", None, error)

    def _given_back(self, lease: Lease, reason: str) -> Ending:
        return Ending(Outcome.GIVEN_BACK if lease.release(AT_ONCE) else Outcome.LOST, reason, AT_ONCE)

    def _failed(self, lease: Lease, reason: str, after: timedelta | None, error: BaseException | None) -> Ending:
        if self.poison is not None and lease.received.attempt >= self.settings.max_attempts:
            return self._to_poison(lease, reason, error)
        delay = self.settings.retry.delay(lease.received.attempt) if after is None else after
        return self._hide(lease, delay, reason, error)

    def _hide(self, lease: Lease, delay: timedelta, reason: str, error: BaseException | None) -> Ending:
        """Let the message be seen again after `delay`, before it expires in any case."""
        expires = lease.received.expires
        left = None if expires is None else expires - self._services.clock.now()
        if left is not None and left > AT_ONCE:  # else the clock here is wrong: what has expired is not handed out
            delay = max(AT_ONCE, min(delay, left - timedelta(seconds=1)))
        return Ending(Outcome.FAILED if lease.release(delay) else Outcome.LOST, reason, delay, error)

    def _to_poison(self, lease: Lease, reason: str, error: BaseException | None = None) -> Ending:
        """Copy the body as it is to the poison queue, then delete the original: a crash in between leaves two."""
        if self.poison is None:
            return self._hide(lease, self.settings.retry.delay(lease.received.attempt), reason, error)
        if not lease.held:
            return Ending(Outcome.LOST, reason)
        try:
            self._send_to(self.poison, lease.received.body)
        except QueueError as fault:
            self.poison_healthy = False
            said = {"queue": self.queue.name, "message": lease.received.id, "to": self.poison.name}
            self._services.log.error("poison-failed", **said, reason=fault, cause=reason)  # noqa: TRY400 - one line
            return self._hide(lease, max(self.settings.lease, POISON_RETRY), reason, error)
        self.poison_healthy = True
        lease.delete()
        return Ending(Outcome.POISONED, reason, error=error, poison=self.poison.name)

    def _send_to(self, poison: Queue, body: str) -> None:
        """Send; a poison queue that is not there is made first."""
        try:
            poison.send(body, ttl=FOREVER)
        except QueueError as fault:
            if fault.status != 404:
                raise
            poison.create()
            poison.send(body, ttl=FOREVER)

    def _report(self, lease: Lease, started: datetime, began: float, ending: Ending) -> Outcome:
        received = lease.received
        self._services.report(
            Execution(
                function=self.function.name,
                source=self.queue.name,
                message=received.id,
                attempt=received.attempt,
                max_attempts=self.settings.max_attempts,
                outcome=ending.outcome,
                started=started,
                seconds=self._services.clock.monotonic() - began,
                waited=max(0.0, (started - received.enqueued).total_seconds()),
                reason=ending.reason,
                retry_in=None if ending.retry_in is None else ending.retry_in.total_seconds(),
                poison=ending.poison,
                error=ending.error,
            )
        )
        return ending.outcome


def _lost_reason(lease: Lease) -> str:
    return "" if not lease.lost else "the message is no longer ours: it was deleted, or somebody else has it"


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:500]
