"""A message stays ours while its handler runs, and the handler's end uses the newest receipt."""

from __future__ import annotations

from datetime import timedelta

from jobhost import Message, Outcome, QueueError
from jobhost.errors import LeaseLost


def test_lease_is_renewed_at_half_time_for_as_long_as_the_handler_runs(bench_of):
    """C15: 22 minutes of work under a lease of 5."""
    bench = bench_of(lambda message: bench.clock.advance(22 * 60))
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.HANDLED]
    assert bench.queue("thumbnails").calls == {"receive": 3, "extend": 8, "delete": 1, "send": 1, "create": 0}


def test_renewal_survives_faults_of_the_service(bench_of, log):
    """C16."""
    bench = bench_of(lambda message: bench.clock.advance(600))
    bench.queue("thumbnails").fail("extend", QueueError("503"), times=2)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.HANDLED]
    assert len(log.named("renewal-failed")) == 2


def test_lost_lease_is_neither_deleted_nor_poisoned(bench_of, log):
    """C17."""

    def slow_and_bad(message: Message) -> None:
        bench.clock.advance(200)
        if message.attempt == 1:
            raise OSError

    bench = bench_of(slow_and_bad, attempts=1)
    bench.queue("thumbnails").fail("extend", LeaseLost("thumbnails: MessageNotFound"))
    bench.send("thumbnails", "x")

    bench.step()

    assert bench.outcomes == [Outcome.LOST]
    assert bench.queue("thumbnails").calls["delete"] == 0
    assert bench.poison("thumbnails").bodies() == ()
    assert len(log.named("lease-lost")) == 1


def test_renewal_that_fails_to_the_end_gives_the_message_up(bench_of):
    attempts: list[int] = []

    def slow(message: Message) -> None:
        attempts.append(message.attempt)
        if message.attempt == 1:
            bench.clock.advance(60)

    bench = bench_of(slow, lease=timedelta(seconds=20))
    bench.queue("thumbnails").fail("extend", QueueError("503"), times=30)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert attempts == [1, 2]
    assert bench.outcomes == [Outcome.LOST, Outcome.HANDLED]
