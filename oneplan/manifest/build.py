"""From a draft without faults to the Manifest."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from oneplan.errors import Problem
from oneplan.manifest import models, values
from oneplan.manifest.draft import Draft
from oneplan.manifest.memory import Memory
from oneplan.manifest.triggers import trigger

K = TypeVar("K")
V = TypeVar("V")


def build(
    draft: Draft, project: models.Project, warnings: tuple[Problem, ...] = (), memory: Memory | None = None
) -> values.Manifest:
    """Returns the manifest of a draft that passed every check; jobs that another stack has too are shared with it."""
    known, secrets = memory or Memory(), _secrets_of_jobs(draft)
    jobs = {
        name: known.get(("value", draft.app_of(job)), (job,), partial(_job, draft, name, job))
        for name, job in draft.jobs.items()
    }
    apps = {name: _app(draft, name, app, secrets.get(name, {})) for name, app in draft.apps.items()}
    return values.Manifest(
        root=draft.root,
        stack=draft.stack,
        target=draft.target,
        name=project.name,
        location=project.location,
        time_zone=project.time_zone,
        plan=_plan(project.plan),
        tags=_frozen(project.tags),
        apps=_frozen(apps),
        jobs=_frozen(jobs),
        queues=_frozen({name: _queue(name, queue) for name, queue in draft.queues.items()}),
        containers=_frozen({name: values.Container(name, c.public, c.keep) for name, c in draft.containers.items()}),
        tables=_frozen({name: values.Table(name) for name in draft.tables}),
        notify=_frozen({name: values.Notify(name, one.email, one.webhook) for name, one in draft.notify.items()}),
        budget=_budget(project.budget),
        network=_network(project.network),
        protect=project.protect,
        follows_links=any(app.source != _named(draft, name) for name, app in apps.items()),
        warnings=warnings,
    )


def _plan(plan: models.PlanModel) -> values.Plan:
    scale = plan.autoscale
    return values.Plan(
        os=plan.os,
        sku=plan.sku,
        instances=plan.instances,
        autoscale=values.Autoscale(scale.min, scale.max, scale.cpu) if scale else None,
        zone_redundant=plan.zone_redundant,
        azure=_deep(plan.azure),
    )


def _budget(budget: models.BudgetModel | None) -> values.Budget | None:
    return values.Budget(budget.monthly, budget.currency, budget.notify) if budget else None


def _network(network: models.NetworkModel | None) -> values.Network | None:
    if network is None:
        return None
    return values.Network(network.apps, network.range, network.endpoints, network.private, network.dns)


def _queue(name: str, queue: models.QueueModel) -> values.Queue:
    alert = _said(poison=queue.alert.poison, oldest=queue.alert.oldest, notify=queue.alert.notify or None)
    return values.Queue(name, queue.attempts, queue.lease, queue.keep, queue.delay, alert)


def _app(draft: Draft, name: str, app: models.AppModel, secrets: Mapping[str, str]) -> values.App:
    language, _, version = app.runtime.partition(":")
    return values.App(
        name=name,
        kind=app.kind,
        runtime=values.Runtime(language, version),
        source=(draft.root / app.source).resolve() if app.source else None,
        command=app.command,
        health=app.health,
        env=_frozen(app.env),
        sends=app.sends,
        uses=_frozen(app.uses),
        secrets=_frozen({**secrets, **app.secrets}),
        slots=_frozen({slot: values.Slot(one.jobs, _frozen(one.env)) for slot, one in app.slots.items()}),
        domains=app.domains,
        cors=app.cors,
        time_zone=app.time_zone,
        memory=app.memory,
        package=app.package,
        tags=_frozen(app.tags),
        private=app.private,
        access=_frozen(app.access),
        registry=app.registry,
        azure=_deep(app.azure),
    )


def _named(draft: Draft, app: str) -> Path | None:
    """The folder of an app as it is written."""
    written = draft.apps[app].source
    return draft.root / written if written else None


def _secrets_of_jobs(draft: Draft) -> Mapping[str, Mapping[str, str]]:
    """By app: App Service has no settings of a single job, so what a job needs, its app carries."""
    found: dict[str, dict[str, str]] = {}
    for job in draft.jobs.values():
        if job.secrets:
            found.setdefault(draft.app_of(job) or "", {}).update(job.secrets)
    return found


def _job(draft: Draft, name: str, job: models.JobModel) -> values.Job:
    return values.Job(
        name=name,
        folder=draft.folders[name],
        app=draft.app_of(job) or "",
        trigger=trigger(job.trigger),
        summary=job.summary,
        command=job.command,
        script=job.script,
        timeout=job.timeout,
        retries=job.retries,
        priority=job.priority,
        uses=_frozen(job.uses),
        sends=job.sends,
        env=_frozen(job.env),
        arguments=tuple(
            values.Argument(one.name, one.type, one.default, one.help, one.choices, one.required)
            for one in job.arguments
        ),
        stop_grace=job.stop_grace,
        instances=job.instances,
        enabled=job.enabled,
        alert=_said(failures=job.alert.failures, late=job.alert.late, notify=job.alert.notify or None),
        build=job.build,
        memory=job.memory,
        secrets=_frozen(job.secrets),
    )


def _said(**parts: Any) -> Mapping[str, Any]:
    return _frozen({key: value for key, value in parts.items() if value is not None})


def _deep(value: Any) -> Any:
    """A bare value with its maps and lists frozen, however deep."""
    match value:
        case dict():
            return _frozen({key: _deep(one) for key, one in value.items()})
        case list() | tuple():
            return tuple(_deep(one) for one in value)
        case _:
            return value


def _frozen(mapping: Mapping[K, V]) -> Mapping[K, V]:
    return MappingProxyType(dict(mapping))
