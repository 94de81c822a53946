"""How a host is: what it did since its start, what it does now, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jobhost.clock import Clock
from jobhost.consumer import Consumer
from jobhost.keeper import Keeper
from jobhost.meters import Meters
from jobhost.running import Running
from jobhost.timers import Timer


def health_of(
    consumers: Iterable[Consumer], timers: Iterable[Timer], meters: Meters, keeper: Keeper, clock: Clock
) -> dict[str, Any]:
    """`healthy`, the age of the oldest lease in seconds, and an entry for each function."""
    functions = {
        **{consumer.deliverer.function.name: _of_queue(consumer, meters) for consumer in consumers},
        **{timer.function.name: _of_timer(timer, meters) for timer in timers},
    }
    held = [watched for watched in keeper.watched() if isinstance(watched, Running)]
    oldest = max((clock.monotonic() - running.began for running in held), default=0.0)
    return {
        "healthy": not any(function["fault"] for function in functions.values()),
        "in_flight": sum(function["in_flight"] for function in functions.values()),
        "oldest_seconds": round(oldest, 3),
        "functions": functions,
    }


def _of_queue(consumer: Consumer, meters: Meters) -> dict[str, Any]:
    deliverer = consumer.deliverer
    poison = (
        "" if deliverer.poison_healthy or deliverer.poison is None else f"{deliverer.poison.name}: cannot be written"
    )
    return {
        "queue": deliverer.queue.name,
        "polls": consumer.polls,
        "found": consumer.found,
        "in_flight": consumer.running,
        "concurrency": consumer.concurrency,
        "paused": consumer.is_paused,
        "fault": consumer.fault or poison,
        **meters.of(deliverer.function.name),
    }


def _of_timer(timer: Timer, meters: Meters) -> dict[str, Any]:
    due = timer.state.next if timer.state else None
    return {
        "schedule": timer.function.schedule,
        "next": None if due is None else due.isoformat(),
        "in_flight": int(timer.is_running),
        "fault": timer.fault,
        **meters.of(timer.function.name),
    }
