"""From the manifest's `alert` and `budget` to rules: one for each concern and each set of people who are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import pulumi
from pulumi_azure_native import consumption, resources

from components import kql
from components.alerts import alert_rule
from components.ground import Ground
from components.kql import Watched
from components.monitoring import Monitoring
from oneplan.manifest import Job, Manifest, names

_EMPTY_TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "resources": [],
}


@dataclass(frozen=True, slots=True)
class Concern:
    """One kind of alert."""

    name: str
    summary: str
    severity: int
    split_by: tuple[str, ...]
    looks_back: str


FAILURES = Concern("failures", "A job's runs fail", 1, ("Site", "Job"), "P2D")
LATE = Concern("late", "A job has not run as it should", 1, ("Site", "Job"), "P2D")
POISON = Concern("poison", "Messages were given up", 2, ("Account", "Queue"), "PT1H")
STUCK = Concern("oldest", "A queue's messages wait too long", 2, ("Account", "Queue"), "P2D")


def declare_alerts(manifest: Manifest, ground: Ground, *, today: date) -> None:
    """Declares every rule and the budget of a stack in Azure; nothing on this machine."""
    if ground.monitoring is None:
        return
    rules = _Rules(manifest, ground, ground.monitoring)
    jobs = [job for job in manifest.jobs.values() if job.enabled]
    rules.declare(FAILURES, _by_people((job.alert, job) for job in jobs if "failures" in job.alert), rules.failures)
    rules.declare(LATE, _by_people((job.alert, job) for job in jobs if _is_seen(job)), rules.late)
    queues = list(manifest.queues.values())
    rules.declare(POISON, _by_people((each.alert, each) for each in queues if "poison" in each.alert), rules.poison)
    rules.declare(STUCK, _by_people((each.alert, each) for each in queues if "oldest" in each.alert), rules.stuck)
    _budget(manifest, ground, today)


def _is_seen(job: Job) -> bool:
    """Whether a rule can see that the job is late; says so where it cannot."""
    limit = job.alert.get("late")
    if limit is None:
        return False
    if limit > kql.HORIZON:
        hours = round(kql.HORIZON.total_seconds() / 3600)
        pulumi.log.warn(
            f"job {job.name}: alert.late is longer than the {hours} hours that an alert of Azure Monitor looks back; "
            "a missed run shows on the dashboard and in `oneplan status` only"
        )
        return False
    return True


def _by_people(alerts: Iterable[tuple[Mapping[str, Any], Any]]) -> dict[tuple[str, ...], list[Any]]:
    groups: dict[tuple[str, ...], list[Any]] = {}
    for alert, subject in alerts:
        groups.setdefault(tuple(sorted(alert.get("notify", ()))), []).append(subject)
    return groups


class _Rules:
    """Declares rules over one workspace."""

    def __init__(self, manifest: Manifest, ground: Ground, monitoring: Monitoring) -> None:
        self._manifest, self._ground, self._monitoring = manifest, ground, monitoring
        self._account = names.runtime_account(manifest.name, manifest.stack, ground.subscription_id)

    def declare(
        self,
        concern: Concern,
        subjects: Mapping[tuple[str, ...], list[Any]],
        query: Callable[[list[Any]], pulumi.Input[str]],
    ) -> None:
        """Declares the rules of one concern; their names tell who hears of it."""
        for people, watched in sorted(subjects.items()):
            # Names of groups hold hyphens and no underscores, so that no two sets of people share a name.
            name = f"{concern.name}-{'_'.join(people)}" if people else concern.name
            alert_rule(
                f"alert-{name}",
                {
                    "resource_group_name": self._ground.group.name,
                    "rule_name": names.part(self._manifest.name, self._manifest.stack, name),
                    "summary": f"{self._manifest.name} {self._manifest.stack}: {concern.summary}",
                    "query": query(watched),
                    "split_by": list(concern.split_by),
                    "severity": concern.severity,
                    "looks_back": concern.looks_back,
                    "groups": [self._ground.people[each].id for each in people],
                    "tags": dict(self._manifest.tags),
                },
                self._monitoring,
            )

    def failures(self, jobs: list[Any]) -> str:
        """The query for jobs that fail."""
        return kql.failures(Watched(self._site(job.app), job.name, job.alert["failures"]) for job in jobs)

    def late(self, jobs: list[Any]) -> pulumi.Output[str]:
        """The query for jobs that are late, each counted from its first deployment."""
        since = pulumi.Output.all(*(self._since(job) for job in jobs))
        return since.apply(
            lambda moments: kql.late(
                Watched(self._site(job.app), job.name, job.alert["late"], moment)
                for job, moment in zip(jobs, moments, strict=True)
            )
        )

    def poison(self, queues: list[Any]) -> str:
        """The query for messages that were given up."""
        return kql.poison(Watched(self._account, queue.poison, queue.alert["poison"]) for queue in queues)

    def stuck(self, queues: list[Any]) -> str:
        """The query for messages that wait."""
        return kql.stuck(Watched(self._account, queue.name, queue.alert["oldest"]) for queue in queues)

    def _site(self, app: str) -> str:
        return names.site(self._manifest.name, self._manifest.stack, app, self._ground.subscription_id)

    def _since(self, job: Job) -> pulumi.Output[str]:
        """When the job was first deployed with its schedule: the time of an empty deployment made just then.

        It must not move at later updates, or each would silence the alert.
        """
        key = sha256(f"{job.app}/{job.name}/{job.trigger.schedule}".encode()).hexdigest()[:12]
        mark = resources.Deployment(
            f"since-{job.name}-{key}",
            deployment_name=names.part(self._manifest.name, self._manifest.stack, f"since-{key}")[:64],
            resource_group_name=self._ground.group.name,
            properties={"mode": resources.DeploymentMode.INCREMENTAL, "template": _EMPTY_TEMPLATE},
            opts=pulumi.ResourceOptions(parent=self._monitoring),
        )
        moment: pulumi.Output[str] = mark.properties.apply(lambda found: str(found.timestamp))
        return moment


def _budget(manifest: Manifest, ground: Ground, today: date) -> None:
    budget = manifest.budget
    if budget is None:
        return
    emails = sorted({email for name in budget.notify for email in manifest.notify[name].emails})
    groups = [ground.people[name].id for name in budget.notify]

    def told(kind: consumption.ThresholdType, threshold: int) -> dict[str, Any]:
        return {
            "enabled": True,
            "operator": consumption.OperatorType.GREATER_THAN,
            "threshold": threshold,
            "threshold_type": kind,
            "contact_emails": emails,
            "contact_groups": groups,
            # Azure wants somebody to be told; the owners of the subscription where the manifest names nobody.
            **({} if budget.notify else {"contact_roles": ["Owner"]}),
        }

    consumption.Budget(
        "budget",
        budget_name=names.part(manifest.name, manifest.stack, "budget"),
        scope=ground.group.id,
        amount=budget.monthly,
        category=consumption.CategoryType.COST,
        time_grain=consumption.TimeGrainType.MONTHLY,
        time_period={"start_date": f"{today.replace(day=1).isoformat()}T00:00:00Z"},
        notifications={
            "spent80": told(consumption.ThresholdType.ACTUAL, 80),
            "forecast100": told(consumption.ThresholdType.FORECASTED, 100),
        },
        # It began in the month of its creation, which Azure does not let one change.
        opts=pulumi.ResourceOptions(parent=ground.group, ignore_changes=["timePeriod"]),
    )
