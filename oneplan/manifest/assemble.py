"""Puts the layers of one stack together: defaults below each job and app, the stack's overrides above everything."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from oneplan.manifest.files import JobFile, as_entries
from oneplan.manifest.layers import overlay
from oneplan.manifest.problems import Problems, near
from oneplan.manifest.tree import EMPTY, Entry, Map, Node, key_mark
from oneplan.manifest.triggers import type_of

OVERRIDABLE = (
    "apps", "budget", "containers", "defaults", "jobs", "location", "notify", "plan", "queues", "tables", "tags",
    "time_zone",
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


@dataclass(frozen=True, slots=True)
class Memory:
    """What was merged before; shared by stacks, most jobs are merged once for all of them."""

    merged: dict[tuple[int, ...], tuple[Map, Stack]] = field(default_factory=dict)
    """Merged map by the identities of its layers, which are kept alive beside it."""
    fitting: dict[tuple[int, str | None], tuple[Map, Map]] = field(default_factory=dict)
    """Defaults that mean something for a type of job, by the identity of all defaults and that type."""


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
        self._project = project.without("jobs")
        overrides = _known(overrides, problems)
        self._overrides = _only_existing(self._project, overrides, [*jobs, *unreadable], problems)

    def tree(self) -> Map:
        """Returns one tree with everything the stack says, jobs under `jobs`."""
        merged = overlay((self._project, self._overrides.without("jobs")))
        if self._project.section("defaults").get("app") or self._overrides.section("defaults").get("app"):
            merged = merged.put("apps", self._apps(merged))
        trees = {name: self._job(name) for name in self._jobs}
        return merged.put("jobs", Entry(merged.mark, Map(merged.mark, as_entries(trees))))

    def layers(self, section: str, name: str) -> Stack:
        """Returns what each layer says about one thing, the lowest first; an empty map where it says nothing."""
        above = self._overrides.section(section).section(name)
        if section == "jobs":
            trigger = above.get("trigger") or self._jobs[name].tree.get("trigger")
            return (*self._defaults("job", trigger), self._jobs[name].tree, above)
        below = self._defaults("app", None) if section == "apps" else (EMPTY, EMPTY)
        return (*below, self._project.section(section).section(name), above)

    def _apps(self, merged: Map) -> Entry:
        """The apps with their defaults; what is no map is left to be told."""
        apps = merged.section("apps")
        entries = {
            name: Entry(entry.key, self._merged(self.layers("apps", name), apps.section(name)))
            if isinstance(entry.node, Map)
            else entry
            for name, entry in apps.entries.items()
        }
        return Entry(merged.entries["apps"].key, Map(apps.mark, entries)) if entries else merged.entries["apps"]

    def _job(self, name: str) -> Map:
        layers = self.layers("jobs", name)
        before, after = type_of(layers[2].get("trigger")), type_of(layers[3].get("trigger"))
        if before and after and before != after:
            message = f"a stack may not change {name} from {before} to {after}; only its time, on/off or manual"
            self._problems.add(key_mark(layers[3], ("trigger",)), "WJ076", message)
        return self._merged(layers, layers[2])

    def _merged(self, layers: Stack, own: Map) -> Map:
        key = tuple(id(layer) for layer in layers if layer.entries or layer is own)
        known = self._memory.merged.get(key)
        if known is None:
            merged = Map(own.mark, overlay(layers, whole=_WHOLE).entries)
            known = self._memory.merged[key] = (merged, layers)
        return known[0]

    def _defaults(self, kind: str, trigger: Node | None) -> tuple[Map, Map]:
        both = (section.section("defaults").section(kind) for section in (self._project, self._overrides))
        lower, upper = (self._fitting(defaults, type_of(trigger)) for defaults in both)
        return lower, upper

    def _fitting(self, defaults: Map, job_type: str | None) -> Map:
        """Defaults that mean something for this type of job: a job that never ends has no timeout."""
        if not defaults.entries or job_type is None:
            return defaults
        key = (id(defaults), job_type)
        known = self._memory.fitting.get(key)
        if known is None:
            useless = ("timeout", "retries") if job_type == "continuous" else ("instances",)
            known = self._memory.fitting[key] = (defaults.without(*useless), defaults)
        return known[0]


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
        overrides = overrides.put(section, Entry(overrides.entries[section].key, layer.without(*unknown)))
    return overrides
