"""The queue in memory is as strict as the service."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobhost.errors import LeaseLost, QueueError
from jobhost.queues import FOREVER
from jobhost.testing import ManualClock, MemoryQueue

LEASE = timedelta(seconds=30)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def queue(clock: ManualClock) -> MemoryQueue:
    return MemoryQueue("thumbnails", clock)


def test_received_message_is_hidden_until_its_lease_ends(queue: MemoryQueue, clock: ManualClock):
    queue.send("x")
    first = queue.receive(1, LEASE)

    meanwhile = queue.receive(1, LEASE)
    clock.advance(30)
    again = queue.receive(1, LEASE)

    assert meanwhile == []
    assert (first[0].attempt, again[0].attempt, again[0].id) == (1, 2, first[0].id)


def test_receipts_die_with_every_renewal(queue: MemoryQueue):
    queue.send("x")
    message = queue.receive(1, LEASE)[0]
    renewed = queue.extend(message.id, message.receipt, LEASE)

    with pytest.raises(LeaseLost):
        queue.delete(message.id, message.receipt)
    queue.delete(message.id, renewed)

    assert len(queue) == 0


def test_one_receive_gives_at_most_thirty_two(queue: MemoryQueue):
    for number in range(40):
        queue.send(str(number))

    assert len(queue.receive(100, LEASE)) == 32


def test_messages_expire_after_seven_days_unless_sent_for_ever(queue: MemoryQueue, clock: ManualClock):
    queue.send("short")
    queue.send("long", ttl=FOREVER)

    clock.jump(7 * 24 * 3600)

    assert queue.bodies() == ("long",)


def test_body_over_64_kib_is_refused(queue: MemoryQueue):
    with pytest.raises(QueueError, match="413"):
        queue.send("é" * 33_000)


@pytest.mark.parametrize(("after_effect", "left"), [(False, 1), (True, 0)])
def test_scripted_fault_strikes_before_or_after_the_effect(queue: MemoryQueue, after_effect: bool, left: int):
    queue.send("x")
    message = queue.receive(1, LEASE)[0]
    queue.fail("delete", QueueError("timeout"), after_effect=after_effect)

    with pytest.raises(QueueError):
        queue.delete(message.id, message.receipt)

    assert len(queue) == left


def test_order_is_not_promised(clock: ManualClock):
    queue = MemoryQueue("thumbnails", clock, seed=3)
    for number in range(10):
        queue.send(str(number))

    received = [message.body for message in queue.receive(10, LEASE)]

    assert sorted(received) == [str(number) for number in range(10)]
    assert received != sorted(received)
