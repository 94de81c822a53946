"""From a host's functions to what runs them: consumers and timers that share their services. No thread starts here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from jobhost.calls import context_without_message
from jobhost.capacity import Capacity
from jobhost.consumer import Consumer
from jobhost.coroutines import Coroutines
from jobhost.delivery import Deliverer
from jobhost.dynamic import Processor
from jobhost.errors import StartError
from jobhost.functions import QueueFunction
from jobhost.keeper import Keeper
from jobhost.locks import Locks
from jobhost.options import host_overrides
from jobhost.poison_records import PoisonRecords
from jobhost.records import Execution, Outcome
from jobhost.schedules import schedule, zone_of
from jobhost.services import Services
from jobhost.settings import QueueSettings, host_id, is_disabled, stop_grace
from jobhost.tick import Tick
from jobhost.timer_function import TimerFunction
from jobhost.timers import Timer
from jobhost.workers import Workers

if TYPE_CHECKING:
    from jobhost.host import JobHost
    from jobhost.insights import Insights

POISONED = str(Outcome.POISONED)
WARNED = frozenset({str(Outcome.FAILED), str(Outcome.LOST)})


@dataclass(frozen=True)
class HostSettings:
    """A host's own options, as its constructor and the app settings say."""

    grace: timedelta
    health_every: timedelta
    concurrency: int | None = None
    poison_records: bool = False


def host_settings(host: JobHost) -> HostSettings:
    """The options in force: what app settings say wins.

    Raises:
        StartError: an app setting names no option, or its value is not one.
    """
    said = {
        "grace": host.grace if host.grace is not None else stop_grace(host.environment),
        "health_every": host.health_every,
        "concurrency": host.concurrency,
        "poison_records": host.poison_records,
    }
    return HostSettings(**(said | host_overrides(host.environment)))


def services_of(host: JobHost, coroutines: Coroutines, settings: HostSettings) -> Services:
    """What the host's functions share; locks and records of poison only where they are needed.

    Raises:
        StartError: locks or records are needed and the environment names no place for them.
    """
    keeper = Keeper(host.clock)
    services = Services(host.clock, host.log, keeper, coroutines)
    singletons: list[bool | str] = [function.singleton for function in host.functions.values()]
    singletons += [timer.singleton for timer in host.timers.values()]
    name = host_id(host.environment)
    if any(singleton is not False for singleton in singletons):
        services.locks = Locks(host.storage.blobs(), name, keeper, host.clock, host.log)
    services.observers += [lambda execution: write_line(host, execution), *host.observers]
    if settings.poison_records and host.functions:
        services.observers.append(PoisonRecords(host.storage.blobs(), name, host.clock, host.log).observe)
    return services


def insights_of(host: JobHost) -> Insights | None:
    """What tells Application Insights; None without its connection string, or with one that cannot be read."""
    text = host.environment.get("APPLICATIONINSIGHTS_CONNECTION_STRING")
    if not text:
        return None
    from jobhost.insights import Insights, target

    try:
        return Insights(target(text), host.environment, host.log)
    except StartError as error:  # telemetry keeps no job from its work
        host.log.warning("insights-off", reason=error)
        return None


def write_line(host: JobHost, execution: Execution) -> None:
    """One line an execution, at the level its outcome deserves."""
    event, fields = str(execution.outcome), execution.fields()
    if event == POISONED:
        host.log.error(event, **fields, host=host_id(host.environment))
    elif event in WARNED:
        host.log.warning(event, **fields)
    else:
        host.log.info(event, **fields)


def settings_of(host: JobHost) -> dict[str, QueueSettings]:
    """The effective settings of each queue function by queue name.

    Raises:
        StartError: a value is missing or not one.
    """
    return {name: function.settings(host.environment) for name, function in host.functions.items()}


def consumers_of(
    host: JobHost,
    settings: dict[str, QueueSettings],
    services: Services,
    workers: Workers,
    processor: Callable[[], Processor],
    capacity: Capacity,
) -> dict[str, Consumer]:
    """What reads each queue whose function is not switched off."""
    return {
        name: Consumer(deliverer_of(host, function, settings[name], services), services, capacity, workers, processor())
        for name, function in host.functions.items()
        if settings[name].enabled and not is_disabled(function.name, host.environment)
    }


def deliverer_of(host: JobHost, function: QueueFunction, settings: QueueSettings, services: Services) -> Deliverer:
    """What delivers one queue's messages."""
    poison = host.storage.queue(settings.poison_url) if settings.poison_url else None
    return Deliverer(function, settings, host.storage.queue(settings.url), poison, services)


def timers_of(host: JobHost, services: Services) -> dict[str, Timer]:
    """What runs each timer that is not switched off.

    Raises:
        StartError: a schedule or a zone is none, or a place for state is missing.
    """
    found = {}
    for name, function in host.timers.items():
        if not is_disabled(name, host.environment):
            found[name] = timer_of(host, function, services)
    return found


def timer_of(host: JobHost, function: TimerFunction, services: Services) -> Timer:
    """What runs one timer."""
    where = f"timer {function.name}"
    made = schedule(function.schedule, zone_of(function.zone, host.environment, where), where)
    function.arguments(Tick(host.clock.now(), "scheduled", None), context_without_message(host, function.name))
    blobs = host.storage.blobs() if function.persist or function.singleton else None
    return Timer(function, made, blobs, host_id(host.environment), services)
