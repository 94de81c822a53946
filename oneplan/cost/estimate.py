"""The monthly estimate of a stack: its plan, its storage, its monitoring.

What a manifest cannot tell (how much is stored, how often a site is asked) is assumed, and each line says what.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ncrontab import parse
from oneplan.manifest import prices
from oneplan.manifest.endpoints import endpoints_of
from oneplan.manifest.values import Job, Manifest, Plan

MONTH = timedelta(days=30)
STORED_GB = 10
"""Assumed of a project with containers: with packages, blobs and tables."""

PACKAGES_GB = 1
"""Assumed of any project: the last packages of its sites."""

POLL_SECONDS = 10
"""Assumed between two looks at an empty queue."""

RUN_BYTES = 1500
"""The two items that a run sends to Application Insights."""

FREE_LOG_GB = 5
_FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - schedules are wall clock, without a zone
_KILO = 1000
_METERS = ("blob-gb", "queue-10k", "log-gb", "log-rule", "log-series")
_NETWORK_METERS = ("private-endpoint", "private-zone")


@dataclass(frozen=True, slots=True)
class Line:
    """One position: what, what it was reckoned from, and the amounts a month in USD, least and most."""

    what: str
    basis: str
    least: float | None
    """None when the list has no price."""
    most: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a stack costs a month; an estimate without tax, not an offer."""

    lines: tuple[Line, ...]
    currency: str
    dates: tuple[str, ...]
    """Of the price lists, oldest first."""
    regions: tuple[str, ...]
    """That the prices are of."""

    @property
    def least(self) -> float:
        """The sum of what is known, with the fewest machines."""
        return sum(line.least or 0 for line in self.lines)

    @property
    def most(self) -> float:
        """The sum of what is known, with the most machines."""
        return sum(line.most or 0 for line in self.lines)

    @property
    def is_whole(self) -> bool:
        """Whether every line has a price."""
        return all(line.most is not None for line in self.lines)


def estimate(manifest: Manifest) -> Estimate:
    """Returns the estimate of a stack; one that runs on this machine is reckoned as if it ran in Azure."""
    lines = (_plan(manifest.plan), *_storage(manifest), *_monitoring(manifest), *_network(manifest))
    network = _NETWORK_METERS if endpoints_of(manifest) else ()
    meters = [prices.service(meter) for meter in (*_METERS, *network)]
    used = [price for price in (prices.monthly(manifest.plan.sku, manifest.plan.os), *meters) if price]
    return Estimate(
        lines,
        prices.CURRENCY,
        tuple(sorted({price.date for price in used})),
        tuple(sorted({price.region for price in used})),
    )


def runs_a_month(job: Job) -> int:
    """Returns how often its schedule starts a job in 30 days; 0 for a job without one."""
    if not (job.enabled and job.trigger.schedule):
        return 0
    return parse(job.trigger.schedule).count(_FIRST, _FIRST + MONTH)


def _plan(plan: Plan) -> Line:
    least, most = (plan.autoscale.min, plan.autoscale.max) if plan.autoscale else (plan.instances, plan.instances)
    machines = f"{least}" if least == most else f"{least} to {most}"
    price = prices.monthly(plan.sku, plan.os)
    basis = f"{plan.sku} on {plan.os} x {machines}"
    if price is None:
        return Line("plan", f"{basis}: the list has no price of it", None, None)
    return Line("plan", basis, price.amount * least, price.amount * most)


def _storage(manifest: Manifest) -> Iterator[Line]:
    gigabytes = PACKAGES_GB + (STORED_GB if manifest.containers or manifest.tables else 0)
    yield _line("storage", f"{gigabytes} GB assumed", gigabytes * prices.service("blob-gb").amount)
    readers = sum(job.trigger.kind == "queue" and job.enabled for job in manifest.jobs.values())
    if readers:
        looks = readers * round(MONTH.total_seconds() / POLL_SECONDS)
        basis = f"{readers} queue {'job' if readers == 1 else 'jobs'}, a look every {POLL_SECONDS} s assumed"
        yield _line("queues", basis, looks / 10_000 * prices.service("queue-10k").amount)


def _monitoring(manifest: Manifest) -> Iterator[Line]:
    runs = sum(runs_a_month(job) for job in manifest.jobs.values())
    gigabytes = runs * RUN_BYTES / _KILO**3
    cost = max(0.0, gigabytes - FREE_LOG_GB) * prices.service("log-gb").amount
    yield _line("logs", f"{runs:,} runs, {gigabytes:.2f} GB ({FREE_LOG_GB} GB are free); without the sites' own", cost)
    alerts = [*(job.alert for job in manifest.jobs.values()), *(queue.alert for queue in manifest.queues.values())]
    watched = [sum(kind in alert for alert in alerts) for kind in ("failures", "late", "poison", "oldest")]
    rules = sum(count > 0 for count in watched)
    if rules:
        further = sum(watched) - rules
        cost = rules * prices.service("log-rule").amount + further * prices.service("log-series").amount
        yield _line("alerts", f"{rules} rules, {further} further jobs and queues in them", cost)


def _network(manifest: Manifest) -> Iterator[Line]:
    found = endpoints_of(manifest)
    if found:
        zones = len({each.zone for each in found}) if manifest.network and manifest.network.dns == "own" else 0
        cost = len(found) * prices.service("private-endpoint").amount + zones * prices.service("private-zone").amount
        yield _line("network", f"{len(found)} private endpoints, {zones} zones; without the data through them", cost)


def _line(what: str, basis: str, amount: float) -> Line:
    return Line(what, basis, amount, amount)
