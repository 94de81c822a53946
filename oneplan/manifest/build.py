"""From a draft without faults to the Manifest."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from oneplan.errors import Problem
from oneplan.manifest import models, values
from oneplan.manifest.draft import Draft
from oneplan.manifest.models.job import Alert
from oneplan.manifest.triggers import trigger

K = TypeVar("K")
V = TypeVar("V")


def build(draft: Draft, project: models.Project, warnings: tuple[Problem, ...] = ()) -> values.Manifest:
    """Returns the manifest of a draft that passed every check."""
    plan = project.plan
    return values.Manifest(
        root=draft.root,
        stack=draft.stack,
        target=draft.target,
        name=project.name,
        location=project.location,
        time_zone=project.time_zone,
        plan=values.Plan(plan.os, plan.sku, plan.instances),
        tags=_frozen(project.tags),
        apps=_frozen({name: _app(draft, name, app) for name, app in draft.apps.items()}),
        jobs=_frozen({name: _job(draft, name, job) for name, job in draft.jobs.items()}),
        queues=_frozen({name: values.Queue(name, q.attempts, q.lease, q.keep) for name, q in draft.queues.items()}),
        containers=_frozen({name: values.Container(name, c.public) for name, c in draft.containers.items()}),
        tables=_frozen({name: values.Table(name) for name in draft.tables}),
        notify=_frozen({name: values.Notify(name, group.email) for name, group in draft.notify.items()}),
        warnings=warnings,
    )


def _app(draft: Draft, name: str, app: models.AppModel) -> values.App:
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
        secrets=_frozen(app.secrets),
        slots=_frozen({slot: values.Slot(model.jobs) for slot, model in app.slots.items()}),
    )


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
            values.Argument(one.name, one.type, one.default, one.help, one.choices) for one in job.arguments
        ),
        stop_grace=job.stop_grace,
        instances=job.instances,
        enabled=job.enabled,
        alert=_alert(job.alert),
    )


def _alert(alert: Alert) -> Mapping[str, Any]:
    said = {"failures": alert.failures, "late": alert.late, "notify": alert.notify or None}
    return _frozen({key: value for key, value in said.items() if value is not None})


def _frozen(mapping: Mapping[K, V]) -> Mapping[K, V]:
    return MappingProxyType(dict(mapping))
