"""Timers: due once, made up for as asked, never two at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from jobhost import CancelReason, Context, JobHost, Outcome, QueueError, StartError, Tick
from jobhost.schedules import schedule
from jobhost.testing import Bench, ManualClock, MemoryBlobs

START = datetime(2026, 1, 1, tzinfo=UTC)


def timer(handler=None, *, text: str = "0 */5 * * * *", bench=None, **options) -> tuple[list[Tick], Bench]:
    host, ticks = JobHost(), []

    def sweep(tick: Tick) -> None:
        ticks.append(tick)
        if handler:
            handler()

    host.timer(text, **options)(sweep)
    return ticks, host.testing(**(bench or {}))


def minutes(ticks: list[Tick]) -> list[tuple[float, str]]:
    return [((tick.scheduled_for - START).total_seconds() / 60, tick.reason) for tick in ticks]


def test_new_timer_waits_for_its_first_occurrence_and_writes_its_state():
    """C46."""
    ticks, bench = timer()

    bench.advance("4m")
    state = json.loads(bench.blobs_in_memory.texts["timers/local/sweep"])
    bench.advance("7m")

    assert state["Next"] == "2026-01-01T00:05:00+00:00"
    assert minutes(ticks) == [(5, "scheduled"), (10, "scheduled")]


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        ("none", [(40, "scheduled")]),
        ("one", [(5, "late"), (40, "scheduled")]),
        ("all", [*((minute, "late") for minute in range(5, 40, 5)), (40, "scheduled")]),
    ],
)
def test_what_was_missed_is_made_up_for_as_asked(catch_up: str, expected: list[tuple[float, str]]):
    """C45: seven occurrences missed while the host was down."""
    ticks, bench = timer(catch_up=catch_up)
    bench.advance(1)
    bench.clock.jump(38 * 60)
    bench.restart()

    bench.advance("3m")

    assert minutes(ticks) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [({}, "none"), ({"catch_up": False}, "none"), ({"catch_up": True}, "one")]
)
def test_nothing_is_made_up_for_unless_it_is_asked_for(given: dict, expected: str):
    host = JobHost()
    host.timer("0 */5 * * * *", **given)(lambda: None)

    [made] = host.timers.values()
    assert made.catch_up == expected


def test_dropped_run_is_said_in_the_log(log):
    host = JobHost(log=log)
    host.timer("0 */5 * * * *", function="sweep")(lambda: None)
    bench = host.testing()
    bench.advance(1)
    bench.clock.jump(38 * 60)
    bench.restart()

    bench.advance(1)

    assert log.named("missed") == [
        {
            "function": "sweep",
            "due": "2026-01-01T00:05:00+00:00",
            "reason": "was due while the host was down and is dropped; catch_up='one' makes up for it",
        }
    ]


def test_run_that_overruns_is_followed_by_one_at_once_then_by_the_grid():
    """C47."""
    once = [True]

    def long_the_first_time() -> None:
        if once.pop() if once else False:
            bench.clock.advance(17 * 60)

    ticks, bench = timer(long_the_first_time)
    bench.advance("31m")

    assert minutes(ticks) == [(5, "scheduled"), (10, "late"), (25, "scheduled"), (30, "scheduled")]


def test_occurrence_is_not_run_again_when_the_clock_is_set_back():
    """C48."""
    ticks, bench = timer()
    bench.advance("5m")
    bench.clock.jump(-0.2)
    bench.restart()

    bench.advance("1m")

    assert minutes(ticks) == [(5, "scheduled")]


@pytest.mark.parametrize("restarts", [False, True])
def test_clock_that_was_a_year_ahead_does_not_silence_a_timer_for_a_year(restarts: bool):
    ticks, bench = timer(bench={"clock": ManualClock(START + timedelta(days=365))})
    bench.advance("6m")
    bench.clock.correct(-365 * 86400)
    if restarts:
        bench.restart()

    bench.advance("10m")

    assert minutes(ticks)[1:] == [(10, "scheduled"), (15, "scheduled")]


def test_run_that_raises_does_not_end_the_schedule():
    """C49."""

    def fail() -> None:
        raise OSError("disk")

    ticks, bench = timer(fail)
    bench.advance("11m")

    assert bench.outcomes == [Outcome.FAILED, Outcome.FAILED]
    assert len(ticks) == 2


def test_two_instances_run_each_occurrence_once():
    """C50."""
    clock = ManualClock()
    shared = {"clock": clock, "blobs": MemoryBlobs(clock)}
    first, one = timer(bench=shared)
    second, two = timer(bench=shared)

    for _ in range(60):
        one.advance("30s")
        two.advance("30s")

    together = sorted(tick.scheduled_for for tick in first + second)
    assert together == [START + timedelta(minutes=minute) for minute in range(5, 61, 5)]


def test_instance_that_waits_for_the_lock_takes_over_when_the_holder_dies():
    """C50: the lease of the dead holder ends, and the occurrence is run by the other."""
    ticks, bench = timer()
    bench.advance("299s")
    bench.blobs_in_memory.steal("locks/local/timers/sweep")

    bench.advance("2m")

    assert minutes(ticks) == [(5, "scheduled")]
    assert 59 <= bench.ledger.executions[0].waited <= 66


def test_storage_that_fails_delays_the_timer_and_ends_nothing():
    ticks, bench = timer()
    bench.blobs_in_memory.fail("read", QueueError("503"), times=2)
    bench.blobs_in_memory.fail("write", QueueError("503"), times=2)

    for _ in range(80):
        bench.advance("5s")

    assert minutes(ticks) == [(5, "scheduled")]


def test_changed_schedule_is_counted_from_now():
    _, bench = timer()
    bench.advance(1)
    bench.clock.jump(3600)
    ticks, bench = timer(text="0 */7 * * * *", bench={"clock": bench.clock, "blobs": bench.blobs_in_memory})

    bench.advance("10m")

    assert minutes(ticks) == [(67, "scheduled")]


def test_state_that_somebody_edited_begins_anew():
    ticks, bench = timer()
    bench.blobs_in_memory.write("timers/local/sweep", '{"Next": "soon"}')

    bench.advance("6m")

    assert minutes(ticks) == [(5, "scheduled")]


def test_run_on_start_is_one_more_run():
    ticks, bench = timer(run_on_start=True)

    bench.advance("6m")

    assert minutes(ticks) == [(0, "startup"), (5, "scheduled")]


def test_schedule_is_read_in_its_zone():
    ticks, bench = timer(text="0 0 6 * * *", tz="Europe/Zurich")

    bench.advance("24h")

    assert [tick.scheduled_for.hour for tick in ticks] == [5]


def test_time_out_of_a_run_is_told_and_counted():
    host, seen = JobHost(), []

    @host.timer("every 10m", timeout="30s")
    async def slow(context: Context) -> None:
        import asyncio

        try:
            await asyncio.sleep(300)
        finally:
            seen.append(context.cancel_reason)

    bench = host.testing()
    bench.advance("11m")

    assert seen == [CancelReason.TIMEOUT]
    assert [execution.reason for execution in bench.ledger.executions] == ["timed out after 0:00:30"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("every 5 parsecs", "is not a length of time"),
        ("every 10ms", "is too often"),
        ("* * *", "is not a schedule"),
        ("0 0 0 30 2 *", "never comes due"),
    ],
)
def test_schedule_that_is_none_is_refused(text: str, problem: str):
    with pytest.raises(StartError, match=problem):
        schedule(text, UTC, "timer sweep")


def test_place_for_state_is_asked_for_at_the_start(capsys: pytest.CaptureFixture[str]):
    host = JobHost(environment={})
    host.timer("every 5m")(lambda: None)

    assert host.run() == 1
    assert capsys.readouterr().err == (
        "CONTAINER_JOBHOST_URL: is not set, and timers and singletons need it; it is when oneplan.yaml has a container "
        "`jobhost` and job.yaml says `uses: {jobhost: write}`\n"
    )
