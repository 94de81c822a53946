"""Puts the layers of one stack together: defaults below each job and app, the stack's overrides above everything."""

from collections.abc import Collection, Mapping

from oneplan.manifest.files import JobFile, as_entries
from oneplan.manifest.layers import overlay
from oneplan.manifest.memory import Memory
from oneplan.manifest.problems import Problems, near
from oneplan.manifest.tree import EMPTY, Entry, Map, key_mark
from oneplan.manifest.triggers import type_of
from oneplan.manifest.values import JobType

OVERRIDABLE = (
    "apps", "budget", "containers", "defaults", "jobs", "location", "network", "notify", "plan", "protect", "queues",
    "tables", "tags", "time_zone",
)  # fmt: skip
_ONLY_EXISTING = {
    "apps": "app",
    "queues": "queue",
    "containers": "container",
    "tables": "table",
    "jobs": "job",
}
_WITH_DEFAULTS = {"apps": "app", "jobs": "job"}
_WHOLE = ("trigger",)

Stack = tuple[Map, Map, Map, Map]
"""What is said about one thing: the project's defaults, the stack's defaults, its own entry, the stack's override."""


class Assembly:
    """The layers of one stack.

    Args:
        project: The tree of `oneplan.yaml`.
        jobs: The readable job files by name.
        overrides: The stack's layer.
        problems: Where faults of the layers themselves are added.
        unreadable: Jobs that exist but could not be read; a layer may name them.
        memory: What other stacks of the same files merged.
    """

    def __init__(
        self,
        project: Map,
        jobs: Mapping[str, JobFile],
        overrides: Map,
        problems: Problems,
        *,
        unreadable: Collection[str] = (),
        memory: Memory | None = None,
    ) -> None:
        self._jobs = jobs
        self._memory = memory or Memory()
        self._problems = problems
        self._fitting: dict[tuple[str, JobType | None], tuple[Map, Map]] = {}
        self._project = project.without("jobs")
        overrides = _known(overrides, problems)
        self._overrides = _only_existing(self._project, overrides, [*jobs, *unreadable], problems)

    def tree(self, base: Map | None = None) -> Map:
        """Returns one tree with everything the stack says, jobs under `jobs`.

        Args:
            base: The tree without overrides, when it is known: jobs that no override touches are taken from it.
        """
        merged = overlay((self._project, self._overrides.without("jobs")))
        if self._project.section("defaults").get("app") or self._overrides.section("defaults").get("app"):
            merged = merged.put("apps", self._apps(merged))
        jobs = {} if base is None or self._overrides.get("defaults") else dict(base.section("jobs").entries)
        touched = self._overrides.section("jobs").entries if jobs else self._jobs
        jobs |= as_entries({name: self._job(name) for name in touched if name in self._jobs})
        return merged.put("jobs", Entry(merged.place, Map(merged.place, jobs)))

    def layers(self, section: str, name: str) -> Stack:
        """Returns what each layer says about one thing, the lowest first; an empty map where it says nothing."""
        above = self._overrides.section(section).section(name)
        if section == "jobs":
            own = self._jobs[name].tree
            lower, upper = self._defaults("job", type_of(above.get("trigger") or own.get("trigger")))
            return lower, upper, own, above
        lower, upper = self._defaults("app", None) if section == "apps" else (EMPTY, EMPTY)
        return lower, upper, self._project.section(section).section(name), above

    def _apps(self, merged: Map) -> Entry:
        """The apps with their defaults; what is no map is left to be told."""
        apps = merged.section("apps")
        entries = {
            name: Entry(entry.place, self._merged(self.layers("apps", name), apps.section(name)))
            if isinstance(entry.node, Map)
            else entry
            for name, entry in apps.entries.items()
        }
        return Entry(merged.entries["apps"].place, Map(apps.place, entries)) if entries else merged.entries["apps"]

    def _job(self, name: str) -> Map:
        layers = self.layers("jobs", name)
        if layers[3].entries:
            before, after = type_of(layers[2].get("trigger")), type_of(layers[3].get("trigger"))
            if before and after and before != after:
                message = f"a stack may not change {name} from {before} to {after}; only its time, on/off or manual"
                self._problems.add(key_mark(layers[3], ("trigger",)), "WJ076", message)
        return self._merged(layers, layers[2])

    def _merged(self, layers: Stack, own: Map) -> Map:
        filled = tuple(layer for layer in layers if layer.entries or layer is own)
        return self._memory.get(("merged",), filled, lambda: Map(own.place, overlay(layers, whole=_WHOLE).entries))

    def _defaults(self, kind: str, job_type: JobType | None) -> tuple[Map, Map]:
        known = self._fitting.get((kind, job_type))
        if known is None:
            both = (layer.section("defaults").section(kind) for layer in (self._project, self._overrides))
            lower, upper = (self._useful(defaults, job_type) for defaults in both)
            known = self._fitting[kind, job_type] = (lower, upper)
        return known

    def _useful(self, defaults: Map, job_type: JobType | None) -> Map:
        """Defaults that mean something for this type of job: a job that never ends has no timeout."""
        if not defaults.entries or job_type is None:
            return defaults
        useless = ("timeout", "retries") if job_type == "continuous" else ("instances",)
        return self._memory.get(("fitting", job_type), (defaults,), lambda: defaults.without(*useless))


def _known(overrides: Map, problems: Problems) -> Map:
    for key, entry in overrides.entries.items():
        if key not in OVERRIDABLE:
            message = f'unknown key "{key}" in oneplan:overrides; {near(key, OVERRIDABLE)}'
            problems.add(entry.key, "WJ010", message)
        elif key == "jobs" and not isinstance(entry.node, Map):
            problems.add(entry.node.mark, "WJ012", "jobs: expected a map; write job names below it")
    return overrides.without(*(key for key in overrides.entries if key not in OVERRIDABLE))


def _only_existing(project: Map, overrides: Map, jobs: Collection[str], problems: Problems) -> Map:
    """The overrides without unknown names: a stack adjusts what is declared, a new name is a slip of the pen."""
    for section, kind in _ONLY_EXISTING.items():
        layer = overrides.get(section)
        if not isinstance(layer, Map):
            continue
        known = jobs if section == "jobs" else project.section(section).entries
        unknown = [name for name in layer.entries if name not in known]
        for name in unknown:
            message = f'overrides name {kind} "{name}", which does not exist; {near(name, known)}'
            problems.add(layer.entries[name].key, "WJ075", message)
        overrides = overrides.put(section, Entry(overrides.entries[section].place, layer.without(*unknown)))
    return overrides
