"""What `python -m jobhost` does: `check` a module's functions without any storage, `requeue` poisoned messages."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobhost.encoding import decoded
from jobhost.errors import JobHostError, StartError
from jobhost.host import JobHost
from jobhost.queues import MAX_RECEIVE, Queue
from jobhost.schedules import schedule, zone_of
from jobhost.settings import CONNECTION, poison_name, queue_settings

HIDDEN = timedelta(minutes=5)
"""How long messages that do not match stay out of the way."""


def check(module: str, environment: Mapping[str, str]) -> Iterator[str]:
    """A line for each function of the module's hosts, with its effective settings and the next run of timers.

    Raises:
        StartError: the module cannot be imported or has no host, or one of its functions could not start.
    """
    for host in hosts_of(module):
        for name, function in host.functions.items():
            settings = function.settings({CONNECTION: "none", **environment})
            shown = ", ".join(f"{key} {value}" for key, value in settings.shown().items() if key != "name")
            yield f"queue {name}: {function.name}({function.binding.type_name}); {shown}"
            if settings.poison_url is None and poison_name(name) is None and not name.endswith("-poison"):
                yield f"warning: queue {name}: has no poison queue; expected a name of at most 56 characters"
        for name, timer in host.timers.items():
            zone = zone_of(timer.zone, environment, f"timer {name}")
            due = schedule(timer.schedule, zone, f"timer {name}").after(datetime.now(UTC))
            shown = due.astimezone(zone).isoformat() if due else "never"
            yield f"timer {name}: {timer.schedule} ({zone}), catch_up {timer.catch_up}; next {shown}"


def hosts_of(module: str) -> list[JobHost]:
    """The hosts that the module has at its top level.

    Raises:
        StartError: it cannot be imported, or has none.
    """
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = importlib.import_module(module)
    except JobHostError:
        raise
    except Exception as error:
        raise StartError(
            f"{module}: cannot be imported ({type(error).__name__}: {error}); expected a module here"
        ) from error
    hosts = [value for value in vars(found).values() if isinstance(value, JobHost)]
    if not any(host.functions or host.timers for host in hosts):
        raise StartError(f"{module}: has no JobHost with functions at its top level; expected `host = JobHost()` there")
    return hosts


def requeue(poison: Queue, queue: Queue, matches: Callable[[str], bool]) -> int:
    """Move the messages whose text matches from the poison queue back to its queue; answers how many.

    Each is sent before it is deleted, so that an end in between leaves it in both. Others stay, hidden for five
    minutes. Messages that come in meanwhile are not looked for twice.
    """
    moved, seen = 0, set()
    while found := poison.receive(MAX_RECEIVE, HIDDEN):
        if all(message.id in seen for message in found):
            return moved
        for message in found:
            seen.add(message.id)
            if matches(decoded(message.body, "auto").decode("utf-8", "replace")):
                queue.send(message.body)
                poison.delete(message.id, message.receipt)
                moved += 1
    return moved


def queues_of(name: str, environment: Mapping[str, str]) -> tuple[Queue, Queue]:
    """The poison queue of that name and the queue it belongs to.

    Raises:
        StartError: it is not a poison queue's name, or the environment does not know it.
    """
    from jobhost.storage import AzureStorage

    if not name.endswith("-poison"):
        raise StartError(f"requeue: {name!r} is no poison queue; expected a name that ends in -poison")
    settings = queue_settings(name.removesuffix("-poison"), environment)
    if settings.poison_url is None:
        raise StartError(f"requeue: {name!r} has no address here; expected QUEUE_…_POISON_URL, as the job has")
    storage = AzureStorage(environment)
    return storage.queue(settings.poison_url), storage.queue(settings.url)


def environment() -> Mapping[str, str]:
    """The process's own."""
    return os.environ
