"""Puts the layers of one stack together: `defaults.job` below each job, the stack's overrides above everything."""

from collections.abc import Collection, Mapping

from oneplan.manifest.files import JobFile, as_entries
from oneplan.manifest.layers import merge
from oneplan.manifest.problems import Problems, near
from oneplan.manifest.tree import Entry, Map, Node, key_mark
from oneplan.manifest.triggers import type_of

OVERRIDABLE = (
    "apps", "containers", "defaults", "jobs", "location", "notify", "plan", "queues", "tables", "tags", "time_zone",
)  # fmt: skip
_ONLY_EXISTING = {
    "apps": "app",
    "queues": "queue",
    "containers": "container",
    "tables": "table",
    "jobs": "job",
}
_WHOLE = ("trigger",)


def assemble(
    project: Map,
    jobs: Mapping[str, JobFile],
    overrides: Map,
    problems: Problems,
    *,
    unreadable: Collection[str] = (),
) -> Map:
    """Returns one tree with everything a stack says, jobs under `jobs`.

    Args:
        project: The tree of `oneplan.yaml`.
        jobs: The readable job files by name.
        overrides: The stack's layer.
        problems: Where faults of the layers themselves are added.
        unreadable: Jobs that exist but could not be read; a layer may name them.
    """
    if "jobs" in project.entries:
        message = 'unknown key "jobs"; a job is declared in its own folder, jobs/<name>/job.yaml'
        problems.add(project.entries["jobs"].key, "WJ010", message)
        project = project.without("jobs")
    overrides = _known(overrides, problems)
    overrides = _only_existing(project, overrides, [*jobs, *unreadable], problems)
    merged = merge(project, overrides.without("jobs"))
    defaults = merged.section("defaults").section("job")
    layers = overrides.section("jobs")
    trees = {name: _job(name, file.tree, defaults, layers, problems) for name, file in jobs.items()}
    return merged.put("jobs", Entry(merged.mark, Map(merged.mark, as_entries(trees))))


def _job(name: str, file: Map, defaults: Map, layers: Map, problems: Problems) -> Map:
    layer = layers.section(name)
    trigger = layer.get("trigger") or file.get("trigger")
    before, after = type_of(file.get("trigger")), type_of(trigger)
    if before and after and before != after:
        message = f"a stack may not change {name} from {before} to {after}; only its time, on/off or manual"
        problems.add(key_mark(layer, ("trigger",)), "WJ076", message)
    below = merge(_fitting(defaults, trigger), file, whole=_WHOLE)
    return merge(Map(file.mark, below.entries), layer, whole=_WHOLE)


def _fitting(defaults: Map, trigger: Node | None) -> Map:
    """Defaults that mean something for this kind of job: a job that never ends has no timeout."""
    match type_of(trigger):
        case "continuous":
            return defaults.without("timeout", "retries")
        case "triggered":
            return defaults.without("instances")
        case _:
            return defaults


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
