"""When a queue is looked at, how much is asked for, and what holds a function back."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import pytest

from jobhost import JobHost, QueueError, StartError
from jobhost.backoff import IdlePolling
from jobhost.capacity import Capacity
from jobhost.clock import SystemClock
from jobhost.consumer import Consumer
from jobhost.dynamic import Dynamic, SystemProcessor
from jobhost.rate import Rate
from jobhost.testing import Bench


class Held:
    """Workers that keep what they are given until the test runs it."""

    def __init__(self) -> None:
        self.tasks: list = []

    def submit(self, task) -> None:
        self.tasks.append(task)


@pytest.fixture
def bench() -> Bench:
    host = JobHost()
    host.queue("work", max_poll="60s", concurrency=24, function="work")(lambda message: None)
    return host.testing()


def held(bench: Bench, **options: object) -> tuple[Consumer, Held]:
    """The bench's consumer with handlers that do not end by themselves."""
    workers, consumer = Held(), bench.consumer("work")
    limits = {"capacity": Capacity(), "processor": lambda: None} | options
    return Consumer(consumer.deliverer, bench._services, limits["capacity"], workers, limits["processor"]), workers


def test_empty_queue_is_looked_at_ever_more_seldom(bench: Bench):
    """C23: at most fifteen polls in the first two minutes."""
    consumer, waits = bench.consumer("work"), []
    while sum(waits) < 120:
        waits.append(consumer.poll())

    assert len(waits) <= 15
    for wait, (low, high) in zip(waits, [(0.1, 0.1), (0.18, 0.22), (0.26, 0.34), (0.42, 0.58)], strict=False):
        assert low <= round(wait, 3) <= high


def test_find_brings_the_shortest_wait_back(bench: Bench):
    """C24."""
    consumer = bench.consumer("work")
    for _ in range(20):
        consumer.poll()
    bench.send("work", {})
    found = consumer.poll()

    assert (found, consumer.poll()) == (0.0, 0.1)


def test_after_a_find_the_queue_is_watched_closely_for_ten_seconds(bench: Bench):
    consumer = bench.consumer("work")
    bench.send("work", {})
    consumer.poll()

    waits = [consumer.poll() for _ in range(110)]

    assert waits[:100] == [0.1] * 100
    assert waits[-1] > 5


def test_idle_hosts_do_not_stay_in_phase():
    """C25."""
    first, second = IdlePolling(timedelta(minutes=1)), IdlePolling(timedelta(minutes=1))
    at_the_cap = [(first.next_wait(), second.next_wait()) for _ in range(60)][20:]

    assert all(48 <= wait <= 72 for pair in at_the_cap for wait in pair)
    assert any(abs(one - other) > 1 for one, other in at_the_cap)


def test_fault_is_a_step_of_the_back_off_and_a_refusal_waits_the_longest(bench: Bench):
    """C20, C21."""
    consumer = bench.consumer("work")
    bench.queue("work").fail("receive", QueueError("503", status=503))
    bench.queue("work").fail("receive", QueueError("403", status=403))

    busy, refused = consumer.poll(), consumer.poll()
    fault = consumer.fault
    consumer.poll()

    assert busy == 0.1
    assert 48 <= refused <= 72
    assert (fault, consumer.fault) == ("403", "")


def test_queue_that_is_not_there_is_not_made_and_read_once_it_appears(bench: Bench):
    """C22."""
    queue = bench.queue("work")
    queue.exists = False
    for _ in range(5):
        bench.step()
    made = queue.calls["create"]
    queue.exists = True
    bench.send("work", {})

    bench.run_until_idle()

    assert (made, queue.bodies()) == (0, ())


def test_poison_queue_that_is_not_there_is_made_for_the_first_copy(bench: Bench):
    """C11."""
    bench.poison("work").exists = False
    bench.fail("work")
    bench.send("work", {})

    bench.run_until_idle()

    assert bench.poison("work").bodies() == ("{}",)
    assert bench.poison("work").calls["create"] == 1


def test_queue_with_a_name_too_long_for_a_poison_queue_keeps_its_messages():
    """C10."""
    host, name = JobHost(), "q" * 57
    host.queue(name, function="work")(lambda message: None)
    bench = host.testing()
    bench.fail("work", times=7)
    bench.send(name, {})

    bench.run_until_idle()

    assert [outcome.value for outcome in bench.outcomes] == ["failed"] * 7 + ["handled"]
    assert list(bench._queues) == [name]


def test_no_more_is_asked_for_than_there_are_free_slots(bench: Bench):
    """C28: a hundred messages, at most 24 at once."""
    for _ in range(100):
        bench.send("work", {})
    consumer, workers = held(bench)

    consumer.poll()
    consumer.poll()
    most = consumer.running
    workers.tasks.pop()()
    consumer.poll()

    assert (most, consumer.running, bench.queue("work").asked) == (24, 24, [16, 8, 1])


def test_host_has_slots_of_its_own(bench: Bench):
    for _ in range(10):
        bench.send("work", {})
    consumer, workers = held(bench, capacity=Capacity(3))

    consumer.poll()

    assert (len(workers.tasks), consumer.ready()) == (3, 21)


def test_paused_function_takes_nothing(bench: Bench):
    consumer = bench.consumer("work")
    consumer.pause()
    paused = consumer.ready()
    consumer.resume()

    assert (paused, consumer.ready(5)) == (0, 5)


def test_rate_lets_a_burst_through_then_one_after_the_other():
    rate = Rate("60/m")
    burst = rate.available(0.0)
    rate.take(60)

    assert (burst, rate.available(0.5), rate.wait, rate.available(1.0), rate.available(1000.0)) == (60, 0, 0.5, 1, 60)


def test_function_with_a_rate_takes_no_more_than_that():
    host = JobHost()
    host.queue("work", concurrency=10, rate="5/s")(lambda message: None)
    bench = host.testing()
    for _ in range(8):
        bench.queue("work").send("{}")

    bench.step()

    assert len(bench.queue("work")) == 3


@pytest.mark.parametrize("text", ["", "5", "0/s", "5/0s", "5/y", "-1/s", "5/s/s"])
def test_rate_that_is_none_is_refused(text: str):
    with pytest.raises(StartError, match="is not a rate; expected a count and a time"):
        Rate(text)


def test_dynamic_concurrency_grows_while_all_is_in_use_and_yields_to_the_sites():
    busy = [0.1]
    dynamic = Dynamic(8, lambda: busy[0])
    levels = []
    for turn in range(30):
        busy[0] = 0.95 if 10 <= turn < 12 else 0.2
        dynamic.adjust(turn * 5.0, in_use=8)
        levels.append(dynamic.level)

    assert levels[:12] == [2, 3, 4, 5, 6, 7, 8, 8, 8, 8, 4, 2]
    assert levels[12:17] == [2] * 5  # quiet for thirty seconds
    assert levels[-1] == 8
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_dynamic_concurrency_does_not_grow_while_slots_are_free():
    dynamic = Dynamic(8, lambda: 0.0)
    dynamic.adjust(5.0, in_use=0)

    assert dynamic.level == 1


def test_processor_can_be_read_here():
    read = SystemProcessor()

    assert read() is None or 0 <= (read() or 0) <= 1


def test_wake_during_a_poll_ends_the_next_wait_at_once(bench: Bench):
    """C26, C27: a local send is not lost, whenever it comes."""
    consumer = bench.consumer("work")
    receive = bench.queue("work").receive

    def sends_meanwhile(count, lease):
        consumer.wake()
        return receive(count, lease)

    bench.queue("work").receive = sends_meanwhile
    consumer.poll()

    assert SystemClock().wait(consumer._wake, 0.0)


def test_message_that_arrives_after_the_stop_is_given_back_uncalled(bench: Bench):
    """C38."""
    for _ in range(16):
        bench.send("work", {})
    consumer, workers = held(bench)
    receive = bench.queue("work").receive

    def stopped_meanwhile(count, lease):
        consumer.stop()
        return receive(count, lease)

    bench.queue("work").receive = stopped_meanwhile
    consumer.poll()

    visible = bench.queue("work").next_visible()
    assert (workers.tasks, consumer.running, visible) == ([], 0, bench.clock.now())


def test_full_function_waits_without_polling(bench: Bench):
    """C53."""
    for _ in range(30):
        bench.send("work", {})
    consumer, _ = held(bench)
    while consumer.ready():
        consumer.poll()
    before = consumer.polls
    waiting = threading.Thread(target=consumer.poll)
    waiting.start()
    waiting.join(0.05)
    still = waiting.is_alive()
    consumer.stop()
    waiting.join(30)

    assert (still, consumer.polls) == (True, before)


def test_full_function_goes_on_as_soon_as_a_slot_is_free(bench: Bench):
    for _ in range(30):
        bench.send("work", {})
    consumer, workers = held(bench)
    while consumer.ready():
        consumer.poll()
    waiting = threading.Thread(target=consumer.poll)
    waiting.start()

    workers.tasks.pop()()
    waiting.join(30)

    assert (waiting.is_alive(), consumer.running) == (False, 24)


def test_slots_of_the_host_that_one_function_frees_serve_another():
    host = JobHost()
    for name in ("first", "second"):
        host.queue(name, concurrency=4, function=name)(lambda message: None)
    bench, capacity, workers = host.testing(), Capacity(1), Held()
    first, second = (
        Consumer(bench.consumer(name).deliverer, bench._services, capacity, workers, lambda: None)  # type: ignore[arg-type]
        for name in ("first", "second")
    )
    for name in ("first", "second"):
        bench.send(name, {})
    first.poll()
    waiting = threading.Thread(target=second.poll)
    waiting.start()

    workers.tasks.pop()()
    waiting.join(30)

    assert (waiting.is_alive(), first.running, second.running) == (False, 0, 1)
