"""Context, time-outs, give back, coroutines, singletons: what a call may know and how it ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from jobhost import (
    Backoff,
    CancelReason,
    Context,
    InvalidPayload,
    JobHost,
    LeaseLost,
    Outcome,
    QueueError,
    Retry,
    StartError,
)
from jobhost.testing import Bench, ManualClock, MemoryBlobs


@dataclass
class Work:
    customer: str = "a"


def bench_for(handler, *, host: JobHost | None = None, bench=None, **options) -> Bench:
    host = host or JobHost()
    host.queue("work", function="work", **options)(handler)
    return host.testing(**(bench or {}))


def test_coroutine_is_cancelled_two_seconds_after_its_time_out_and_counts_as_a_failure():
    """C44."""
    seen: list[object] = []

    async def slow(work: Work, context: Context) -> None:
        seen.append(context.remaining)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append((context.cancel_reason, context.remaining))
            raise

    bench = bench_for(slow, timeout="2s", max_attempts=1)
    bench.send("work", {})
    bench.run_until_idle()

    assert seen == [2.0, (CancelReason.TIMEOUT, 0.0)]
    assert bench.outcomes == [Outcome.POISONED]
    assert bench.ledger.executions[0].reason == "timed out after 0:00:02"


def test_handler_that_ignores_its_time_out_fails_while_it_still_runs():
    def stuck(work: Work) -> None:
        bench.clock.advance(3600)

    bench = bench_for(stuck, timeout="10s", max_attempts=1)
    bench.send("work", {})
    bench.run_until_idle()

    assert bench.outcomes == [Outcome.POISONED, Outcome.LOST]
    assert "does not end; its thread stays busy" in bench.ledger.executions[0].reason


def test_handler_that_returns_in_time_to_be_told_is_handled():
    def polite(work: Work, context: Context) -> None:
        bench.clock.advance(11)
        assert context.cancelled.is_set()

    bench = bench_for(polite, timeout="10s")
    bench.send("work", {})
    bench.run_until_idle()

    assert bench.outcomes == [Outcome.HANDLED]


def test_message_given_back_is_seen_again_at_once():
    def handle(work: Work, context: Context) -> None:
        if context.attempt == 1:
            raise context.give_back("not me")

    bench = bench_for(handle)
    bench.send("work", {})
    bench.run_until_idle()

    assert bench.outcomes == [Outcome.GIVEN_BACK, Outcome.HANDLED]
    assert bench.clock.monotonic() == 0


def test_last_attempt_that_a_stop_cuts_short_is_not_poison():
    """C37: the next host calls it again."""
    seen: list[int] = []

    def handle(work: Work, context: Context) -> None:
        seen.append(context.attempt)
        if context.attempt == 5:
            bench.stop()
            raise RuntimeError("cut short")
        if context.attempt < 5:
            raise Retry(after=0)

    bench = bench_for(handle)
    bench.send("work", {})
    bench.run_until_idle()

    assert seen == [1, 2, 3, 4, 5, 6]
    assert bench.outcomes[-2:] == [Outcome.GIVEN_BACK, Outcome.HANDLED]


def test_lost_lease_is_told_to_the_handler():
    """C17."""
    seen: list[object] = []

    def handle(work: Work, context: Context) -> None:
        bench.clock.advance(200)
        seen.append(context.cancel_reason)

    bench = bench_for(handle)
    bench.queue("work").fail("extend", LeaseLost("work: MessageNotFound"))
    bench.send("work", {})
    bench.step()

    assert seen == [CancelReason.LEASE_LOST]
    assert bench.outcomes == [Outcome.LOST]
    assert bench.queue("work").calls["delete"] == 0


@pytest.mark.parametrize(
    "error", [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError, RecursionError]
)
def test_whatever_a_handler_raises_is_one_failure(error: type[BaseException]):
    def handle(work: Work) -> None:
        raise error

    bench = bench_for(handle, max_attempts=2, retry="0s")
    bench.send("work", {})
    bench.run_until_idle()

    assert bench.outcomes == [Outcome.FAILED, Outcome.POISONED]


def test_retry_never_hides_a_message_beyond_its_expiry():
    def handle(work: Work, context: Context) -> None:
        raise Retry(after="30d")

    bench = bench_for(handle)
    bench.send("work", {})
    bench.step()

    assert bench.ledger.executions[0].retry_in == 7 * 86400 - 1


def test_clock_that_is_a_month_ahead_does_not_end_the_back_off():
    def handle(work: Work) -> None:
        raise Retry(after="30s")

    queue_clock = ManualClock()
    bench = bench_for(handle)
    bench.queue("work")._clock = queue_clock
    bench.clock.jump(30 * 86400)
    bench.send("work", {})
    bench.step()

    assert bench.ledger.executions[0].retry_in == 30
    assert bench.queue("work").next_visible() - queue_clock.now() == timedelta(seconds=30)


def test_function_is_called_by_name_without_a_queue():
    """C43."""
    host = JobHost()

    @host.queue("work")
    def work(payload: Work) -> str:
        if payload.customer == "bad":
            raise ValueError("bad")
        return payload.customer

    @host.timer("every 5m")
    async def sweep() -> str:
        return "swept"

    assert host.call("work", Work("b")) == host.call(work, {"customer": "b"}) == "b"
    assert host.call("sweep") == "swept"
    with pytest.raises(ValueError, match=r"^bad$"):
        host.call("work", Work("bad"))
    with pytest.raises(InvalidPayload, match=r"^customer: is a number; expected text$"):
        host.call("work", {"customer": 1})
    with pytest.raises(StartError, match=r"^call: there is no function 'none'; expected one of sweep, work$"):
        host.call("none")


def test_disabled_function_is_not_polled_but_can_be_called(log):
    """C42."""
    host = JobHost(log=log)
    host.queue("thumbnails", function="thumb")(lambda message: "made")
    host.queue("others", function="other")(lambda message: None)
    bench = host.testing(environment={"AzureWebJobs_thumb_Disabled": "true"})
    bench.send("thumbnails", {})
    bench.send("others", {})

    bench.step()

    assert (bench.queue("thumbnails").calls["receive"], bench.queue("others").bodies()) == (0, ())
    assert host.call("thumb", None) == "made"


def two_hosts(singleton: bool | str) -> tuple[list[str], MemoryBlobs, Bench, Bench]:
    """Two instances; while the first handles its message, the second tries its own."""
    clock, order = ManualClock(), []
    blobs = MemoryBlobs(clock)
    first, second = JobHost(), JobHost()

    def outer(work: Work) -> None:
        order.append("first begins")
        benches[1].step()
        order.append("first ends")

    def inner(work: Work) -> None:
        order.append("second")

    options = {"singleton": singleton, "lock_wait": "10s"}
    shared = {"clock": clock, "blobs": blobs}
    benches = [
        bench_for(outer, host=first, bench=shared, **options),
        bench_for(inner, host=second, bench=shared, **options),
    ]
    return order, blobs, *benches


@pytest.mark.parametrize(
    ("singleton", "customer", "order"),
    [
        (True, "b", ["first begins", "first ends"]),
        ("host", "b", ["first begins", "first ends"]),
        ("{customer}", "a", ["first begins", "first ends"]),
        ("{customer}", "b", ["first begins", "second", "first ends"]),
    ],
)
def test_singleton_runs_one_at_a_time_by_function_host_or_field(singleton: bool | str, customer: str, order: list[str]):
    """C50."""
    seen, _, first, second = two_hosts(singleton)
    first.send("work", Work("a"))
    second.send("work", Work(customer))

    first.step()

    assert seen == order


def test_lock_that_stays_taken_fails_the_attempt():
    bench = bench_for(lambda message: None, singleton=True, lock_wait="30s", max_attempts=1)
    bench.blobs_in_memory.steal("locks/local/functions/work")
    bench.send("work", {})

    bench.step()

    assert bench.outcomes == [Outcome.POISONED]
    assert (
        bench.ledger.executions[0].reason
        == "locks/local/functions/work: was not free within the wait; somebody else has it"
    )


def test_lock_that_is_stolen_cancels_only_the_call_that_needs_it():
    """C51."""
    seen: list[object] = []

    def handle(work: Work, context: Context) -> None:
        bench.blobs_in_memory.steal("locks/local/functions/work")
        bench.clock.advance(10)
        seen.append(context.cancel_reason)

    bench = bench_for(handle, singleton=True)
    bench.send("work", {})
    bench.step()

    assert seen == [CancelReason.LOCK_LOST]
    assert bench.outcomes == [Outcome.HANDLED]


def test_lock_is_kept_while_renewals_fail_for_less_than_its_length():
    seen: list[object] = []

    def handle(work: Work, context: Context) -> None:
        bench.clock.advance(60)
        seen.append(context.cancel_reason)

    bench = bench_for(handle, singleton=True)
    bench.blobs_in_memory.fail("renew", QueueError("503"), times=2)
    bench.send("work", {})
    bench.step()

    assert seen == [None]


def test_field_of_a_keyed_singleton_must_be_there():
    bench = bench_for(lambda message: None, singleton="{customer}")
    bench.send("work", {"customer": "a"})
    bench.run_until_idle()

    assert bench.outcomes == [Outcome.POISONED]  # a Message has no customer
    with pytest.raises(StartError, match="singleton='customer' names no field"):
        bench_for(lambda message: None, singleton="customer")


def test_send_reaches_the_function_of_another_queue_with_its_delay():
    host, got = JobHost(), []

    @host.queue("work")
    def work(payload: Work) -> None:
        host.send("audit", {"done": payload.customer}, delay="1m")

    @host.queue("audit")
    def audit(payload: dict) -> None:
        got.append((payload, host.clock.monotonic()))

    with host.testing() as bench:
        bench.send("work", Work("b"))
        bench.run_until_idle()

    assert got == [({"done": "b"}, 60.0)]


def test_coroutine_that_would_never_be_awaited_is_refused():
    async def told(execution: object) -> None:
        """Never run."""

    with pytest.raises(StartError) as caught:
        JobHost().on_error(told)

    assert str(caught.value) == "on_error: told is a coroutine; expected a plain function"


def test_failures_are_told_to_who_asks():
    host, told = JobHost(), []
    host.on_error(told.append)
    host.queue("work", retry=Backoff(0))(lambda message: 1 / 0)
    with host.testing(attempts=2) as bench:
        bench.send("work", {})
        bench.run_until_idle()

    assert [(execution.outcome, type(execution.error)) for execution in told] == [
        (Outcome.FAILED, ZeroDivisionError),
        (Outcome.POISONED, ZeroDivisionError),
    ]


async def test_five_tries_then_poison_also_inside_a_running_loop():
    host = JobHost()

    @host.queue("thumbnails")
    async def thumb(work: Work) -> None:
        await asyncio.sleep(1)

    with host.testing() as bench:
        bench.fail(thumb, with_=IOError)
        bench.send("thumbnails", Work("b"))
        bench.run_until_idle()

        assert bench.calls(thumb) == 5
        assert bench.poison("thumbnails").bodies() == ('{"customer":"b"}',)
