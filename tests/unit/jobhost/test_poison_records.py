"""Why a message is poison: always in the log, in a blob where that is asked for."""

from __future__ import annotations

import json

import pytest

from jobhost import JobHost, QueueError
from jobhost.testing import Bench

SITE = {"WEBSITE_SITE_NAME": "Shop", "WEBJOBS_NAME": "orders"}


def poisoning(log, *, environment: dict[str, str] | None = None, **options) -> Bench:
    host = JobHost(log=log, **options)

    @host.queue("orders", max_attempts=1)
    def order(payload: dict) -> None:
        raise KeyError("customer")

    bench = host.testing(environment=SITE | (environment or {}))
    bench.send("orders", {"secret": "s3cret"})
    return bench


@pytest.mark.parametrize(
    ("options", "environment"), [({"poison_records": True}, {}), ({}, {"JOBHOST__poison_records": "true"})]
)
def test_record_says_why_and_never_what(log, options: dict, environment: dict[str, str]):
    """C08."""
    bench = poisoning(log, environment=environment, **options)
    bench.run_until_idle()

    [(name, text)] = bench.blobs_in_memory.texts.items()
    assert name == "poison/orders/message-1.json"
    assert json.loads(text) == {
        "id": "message-1",
        "queue": "orders",
        "poison": "orders-poison",
        "function": "order",
        "host": "shop-orders",
        "attempts": 1,
        "reason": "KeyError: 'customer'",
        "exception": "KeyError",
        "time": "2026-01-01T00:00:00+00:00",
    }


def test_log_has_the_reason_and_the_host_without_records(log):
    bench = poisoning(log)
    bench.run_until_idle()

    [line] = log.named("poisoned")
    assert bench.blobs_in_memory.texts == {}
    assert (line["message"], line["attempt"], line["reason"], line["to"], line["host"]) == (
        "message-1",
        1,
        "KeyError: 'customer'",
        "orders-poison",
        "shop-orders",
    )


def test_record_that_cannot_be_written_is_a_warning_and_the_message_is_poison_all_the_same(log):
    bench = poisoning(log, poison_records=True)
    bench.blobs_in_memory.fail("write", QueueError("jobhost: the service answered 403"))

    bench.run_until_idle()

    assert log.named("poison-record-not-written") == [
        {"blob": "poison/orders/message-1.json", "reason": log.events[-1][2]["reason"]}
    ]
    assert len(bench.poison("orders")) == 1
