"""What happens to a message by how its handler ends. Case numbers are those of the design's conformance table."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from jobhost import Message, Outcome, Poison, QueueError, Retry


def test_handled_message_is_deleted(bench_of):
    """C01."""
    seen: list[Message] = []
    bench = bench_of(seen.append)
    bench.send("thumbnails", '{"blob": "a.jpg"}')

    bench.run_until_idle()

    assert [(message.json(), message.attempt, message.queue) for message in seen] == [
        ({"blob": "a.jpg"}, 1, "thumbnails")
    ]
    assert bench.queue("thumbnails").bodies() == ()
    assert bench.queue("thumbnails").calls["delete"] == 1


def test_plain_failures_use_every_attempt_and_end_in_poison(bench_of, log):
    """C02."""
    attempts: list[int] = []

    def fail(message: Message) -> None:
        attempts.append(message.attempt)
        raise OSError("disk")

    bench = bench_of(fail)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert attempts == [1, 2, 3, 4, 5]
    assert bench.poison("thumbnails").bodies() == ("x",)
    assert bench.queue("thumbnails").bodies() == ()
    assert [str(error) for error in log.traces] == ["disk"] * 5


def test_one_attempt_means_poison_at_once(bench_of):
    """C03."""

    def fail(message: Message) -> None:
        raise OSError

    bench = bench_of(fail, attempts=1)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.POISONED]


def test_failure_then_success_leaves_no_poison(bench_of):
    """C04."""

    def third_time(message: Message) -> None:
        if message.attempt < 3:
            raise OSError

    bench = bench_of(third_time)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.FAILED, Outcome.FAILED, Outcome.HANDLED]
    assert bench.poison("thumbnails").bodies() == ()


def test_message_handed_out_too_often_is_not_tried_again(bench_of, log):
    """C05: its handler killed the process each time, so no failure was ever counted."""
    bench = bench_of(lambda message: pytest.fail("must not be called"))
    queue = bench.queue("thumbnails")
    queue.send("x")
    for _ in range(8):
        queue.receive(1, timedelta(seconds=1))
        bench.clock.advance(1)

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.POISONED]
    assert log.named("poisoned")[0]["attempt"] == 9


def test_failed_message_waits_longer_with_each_attempt(bench_of, log):
    """C06."""

    def fail(message: Message) -> None:
        raise OSError

    bench = bench_of(fail)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    for fields, base in zip(log.named("failed"), (5, 10, 20, 40), strict=True):
        assert base * 0.8 <= fields["retry_in"] <= base * 1.2


def test_retry_names_its_own_delay_and_leaves_no_traceback(bench_of, log):
    """C07."""

    def later(message: Message) -> None:
        if message.attempt == 1:
            raise Retry("not ready", after=timedelta(seconds=30))

    bench = bench_of(later)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert [(fields["retry_in"], fields["reason"]) for fields in log.named("failed")] == [(30.0, "not ready")]
    assert log.traces == []


def test_poison_ends_the_attempts(bench_of, log):
    """C08."""

    def refuse(message: Message) -> None:
        raise Poison("width out of range")

    bench = bench_of(refuse)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.POISONED]
    assert [fields["reason"] for fields in log.named("poisoned")] == ["width out of range"]


def test_messages_of_a_poison_queue_are_never_lost(bench_of):
    """C09: there is no queue behind a poison queue; the attempts go on."""

    def sixth_time(message: Message) -> None:
        if message.attempt < 7:
            raise OSError

    bench = bench_of(sixth_time, queue="orders-poison")
    bench.send("orders-poison", "x")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.FAILED] * 6 + [Outcome.HANDLED]


def test_message_is_kept_while_the_poison_queue_cannot_be_written(bench_of, log):
    """C12."""

    def refuse(message: Message) -> None:
        raise Poison("no")

    bench = bench_of(refuse)
    bench.poison("thumbnails").fail("send", QueueError("403"), times=2)
    bench.send("thumbnails", "x")

    bench.step()
    hidden_for = bench.queue("thumbnails").next_visible() - bench.clock.now()
    bench.run_until_idle()

    assert hidden_for == timedelta(minutes=5)
    assert bench.poison("thumbnails").bodies() == ("x",)
    assert len(log.named("poison-failed")) == 2


def test_crash_between_copy_and_delete_leaves_a_second_copy_not_a_loss(bench_of):
    """C13."""

    def refuse(message: Message) -> None:
        raise Poison("no")

    bench = bench_of(refuse, lease=timedelta(seconds=10))
    bench.queue("thumbnails").fail("delete", QueueError("500"), times=40)
    bench.send("thumbnails", "x")
    bench.step()
    bench.queue("thumbnails").heal()  # the new process reaches the service again

    bench.run_until_idle()

    assert bench.poison("thumbnails").bodies() == ("x", "x")
    assert bench.queue("thumbnails").bodies() == ()


def test_poison_copy_is_the_same_text_and_never_expires(bench_of):
    """C14."""
    body = base64.b64encode(b'{"a": 1}').decode()

    def refuse(message: Message) -> None:
        assert message.text == '{"a": 1}'
        raise Poison("no")

    bench = bench_of(refuse, encoding="base64")
    bench.queue("thumbnails").send(body)
    bench.run_until_idle()

    bench.clock.jump(30 * 24 * 3600)

    assert bench.poison("thumbnails").bodies() == (body,)


def test_text_that_is_not_base64_is_poisoned_with_the_reason(bench_of, log):
    """C31."""
    bench = bench_of(lambda message: None, encoding="base64")
    bench.queue("thumbnails").send("plain text!")
    bench.send("thumbnails", "good")

    bench.run_until_idle()

    assert sorted(bench.outcomes) == [Outcome.HANDLED, Outcome.POISONED]
    assert "is not Base64" in str(log.named("poisoned")[0]["reason"])


def test_text_that_is_not_json_is_poisoned_when_the_handler_asks_for_json(bench_of):
    """C32."""
    bench = bench_of(lambda message: message.json())
    bench.send("thumbnails", "{")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.POISONED]


def test_delete_of_a_message_that_is_gone_is_no_failure(bench_of, log):
    """C18: for instance a delete that was retried after a lost answer."""

    def deleted_meanwhile(message: Message) -> None:
        bench.queue("thumbnails")._messages.clear()

    bench = bench_of(deleted_meanwhile)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert bench.outcomes == [Outcome.LOST]
    assert bench.poison("thumbnails").bodies() == ()


def test_delete_is_tried_until_the_lease_ends_then_the_message_comes_back(bench_of):
    """C19."""
    attempts: list[int] = []

    bench = bench_of(lambda message: attempts.append(message.attempt), lease=timedelta(seconds=20))
    bench.queue("thumbnails").fail("delete", QueueError("503"), times=7)
    bench.send("thumbnails", "x")

    bench.run_until_idle()

    assert attempts == [1, 2]
    assert bench.outcomes == [Outcome.LOST, Outcome.HANDLED]


def test_receive_fault_is_logged_once_until_it_is_over(bench_of, log):
    """C20, C21."""
    bench = bench_of(lambda message: None)
    bench.queue("thumbnails").fail("receive", QueueError("403 AuthorizationFailure"), times=3)
    bench.send("thumbnails", "x")

    for _ in range(4):
        bench.step()

    assert len(log.named("receive-failed")) == 1
    assert len(log.named("receive-recovered")) == 1
    assert bench.outcomes == [Outcome.HANDLED]
