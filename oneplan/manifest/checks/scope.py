"""What the checks of one stack share: its draft, and facts that many of them need, each worked out once."""

from collections.abc import Collection, Hashable
from functools import cached_property
from pathlib import Path

import ncrontab
from ncrontab import Schedule
from oneplan.manifest import intervals, models, references
from oneplan.manifest.checks import sizes
from oneplan.manifest.draft import SECTIONS, STORED, Draft
from oneplan.manifest.references import Reference

LIBRARY_FILES = frozenset({"requirements.txt", "pyproject.toml", "requirements.in"})

_HOURS = 24
_DAYS = 31
_WEEKDAYS = 7


class Scope:
    """A draft and what follows from it."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._libraries: dict[str, bool] = {}

    @cached_property
    def surroundings(self) -> tuple[Hashable, ...]:
        """What the checks of a single job may look at beside the job and its app."""
        draft = self.draft
        names = tuple(draft.declared(section) for section in SECTIONS)
        return (*names, self.is_linux, draft.today, draft.root, self.project_zone)

    def of_this_stack(self, job: models.JobModel) -> Hashable:
        """What a job's checks say about this stack alone; None for most jobs."""
        is_special = bool(job.secrets) or not job.enabled or job.instances == "all"
        return self.draft.stack if is_special else None

    @cached_property
    def apps(self) -> tuple[str, ...]:
        """Names of apps, also of those with faults."""
        return self.draft.declared("apps")

    @cached_property
    def queues(self) -> tuple[str, ...]:
        """Names of queues, also of those with faults."""
        return self.draft.declared("queues")

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Names of notify groups, also of those with faults."""
        return self.draft.declared("notify")

    @cached_property
    def stored(self) -> dict[str, str]:
        """What `uses` may name, with its kind."""
        return {name: kind for section, kind in STORED.items() for name in self.draft.declared(section)}

    @cached_property
    def references(self) -> frozenset[str]:
        """All references that point to something, as they are written."""
        named = [
            str(Reference((section, name, attribute)))
            for section, attributes in references.ATTRIBUTES.items()
            for name in self.draft.declared(section)
            for attribute in attributes
        ]
        return frozenset([*named, *(str(Reference((word,))) for word in references.PLAIN)])

    @cached_property
    def size(self) -> sizes.Size | None:
        """The plan's size; None when the plan has faults."""
        project = self.draft.project
        is_known = project is not None and self.draft.written("plan", "sku") == project.plan.sku
        return sizes.size_of(project.plan.sku) if project and is_known else None

    @cached_property
    def most_instances(self) -> int:
        """How many machines the plan may have at once."""
        project = self.draft.project
        if project is None:
            return 1
        return project.plan.autoscale.max if project.plan.autoscale else project.plan.instances

    @cached_property
    def all_schedules(self) -> dict[str, Schedule]:
        """The schedule of each job that has one, on or off."""
        texts = ((name, six_fields(job.trigger)) for name, job in self.draft.jobs.items())
        return {name: ncrontab.parse(text) for name, text in texts if text is not None}

    @cached_property
    def schedules(self) -> dict[str, Schedule]:
        """The schedule of each job that has one and is on."""
        return {name: schedule for name, schedule in self.all_schedules.items() if self.draft.jobs[name].enabled}

    @cached_property
    def jobs_of(self) -> dict[str, list[str]]:
        """Jobs by the app they run beside, in the manifest's order."""
        only = self.apps[0] if len(self.apps) == 1 else None
        found: dict[str, list[str]] = {}
        for name, job in self.draft.jobs.items():
            if app := job.app or only:
                found.setdefault(app, []).append(name)
        return found

    @cached_property
    def has_secrets(self) -> bool:
        """Whether any app or job asks for a secret, so that the stack has a vault."""
        return any(carrier.secrets for _, carrier in self.draft.carriers())

    @cached_property
    def is_linux(self) -> bool:
        """Whether the plan runs Linux."""
        project = self.draft.project
        return project is not None and project.plan.os == "linux"

    def runtime_of(self, app: str) -> str | None:
        """Returns the language of an app, `image` for a container; None when it is not known."""
        model = self.draft.apps.get(app)
        if model is None or not self.draft.has("apps", app, "runtime"):
            return None
        return model.runtime.partition(":")[0]

    def has_libraries(self, app: str, entries: Collection[str]) -> bool:
        """Whether a job or its app brings libraries, so that a module may come from one of them."""
        if not LIBRARY_FILES.isdisjoint(entries) or self.runtime_of(app) == "image":
            return True
        return self._app_libraries(app)

    def _app_libraries(self, app: str) -> bool:
        if app not in self._libraries:
            model = self.draft.apps.get(app)
            folder = self.draft.root / model.source if model and model.source else None
            self._libraries[app] = bool(folder) and any((Path(folder or "") / one).is_file() for one in LIBRARY_FILES)
        return self._libraries[app]

    def app_of(self, job: models.JobModel) -> str | None:
        """Returns the app a job runs beside, if that is clear."""
        return job.app or (self.apps[0] if len(self.apps) == 1 else None)

    def zone_of(self, job: models.JobModel) -> str | None:
        """Returns the zone a job's schedule is read in; None when nothing says so."""
        app = self.draft.apps.get(self.app_of(job) or "")
        return job.trigger.time_zone or (app.time_zone if app else None) or self.project_zone

    def site_zone(self, app: str) -> str:
        """Returns the zone App Service reads the schedules of an app in, as `Manifest.zone_of` has it."""
        model = self.draft.apps.get(app)
        triggers = (self.draft.jobs[name].trigger for name in self.jobs_of.get(app, ()))
        named = next((one.time_zone for one in triggers if one.time_zone and not one.zone_guard), None)
        return (model.time_zone if model else None) or named or self.project_zone or "Etc/UTC"

    @cached_property
    def project_zone(self) -> str | None:
        """The project's zone, when it is written."""
        project = self.draft.project
        return project.time_zone if project and self.draft.has("time_zone") else None


def six_fields(trigger: models.TriggerModel) -> str | None:
    """Returns the schedule of a trigger that has one."""
    if trigger.every is not None:
        return intervals.every(trigger.every)
    return None if trigger.cron is None else intervals.cron(trigger.cron)


def has_fixed_hour(schedule: Schedule) -> bool:
    """Whether it matters in which zone a schedule is read."""
    return (
        len(schedule.hours) < _HOURS
        or len(schedule.days) < _DAYS
        or len(schedule.weekdays) < _WEEKDAYS
        or len(schedule.months) < 12
    )
