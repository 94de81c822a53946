"""A stack's own layer: what it repeats, turns into something else, or keeps switched off."""

from oneplan.manifest.checks.scope import Scope
from oneplan.manifest.models import JobModel
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import Map, Node, Path, Scalar, Sequence, find, is_null, plain

_WHOLE = ("trigger",)


def check_job(scope: Scope, name: str, job: JobModel, problems: Problems) -> None:
    """Adds a job that is off."""
    if not job.enabled:
        message = f"{name} is off in stack {scope.draft.stack}; delete it or switch it on"
        problems.add(scope.draft.at("jobs", name, "enabled"), "WJ079", message)


def check(scope: Scope, problems: Problems) -> None:
    """Adds overrides that change nothing, and those that put something else in a map's place."""
    _compare(scope, scope.draft.overrides, (), problems)


def _compare(scope: Scope, layer: Map, path: Path, problems: Problems) -> None:
    for key, entry in layer.entries.items():
        here = (*path, key)
        below = find(scope.draft.base, here)
        if below is None or is_null(entry.node) or is_null(below):
            continue
        if isinstance(entry.node, Map) and isinstance(below, Map) and key not in _WHOLE:
            _compare(scope, entry.node, here, problems)
        elif isinstance(entry.node, Map) != isinstance(below, Map) and key not in _WHOLE:
            message = (
                f"after merging stack {scope.draft.stack}: {_shown(here)} is {_kind(entry.node)} over {_kind(below)}; "
                f"write {_kind(below)}, the base is in {below.mark.file}:{below.mark.line}"
            )
            problems.add(entry.node.mark, "WJ077", message)
        elif plain(entry.node) == plain(below):
            message = f"override {_shown(here)} repeats what {below.mark.file}:{below.mark.line} says; remove it"
            problems.add(entry.key, "WJ078", message)


def _shown(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _kind(node: Node) -> str:
    match node:
        case Map():
            return "a map"
        case Sequence():
            return "a list"
        case Scalar():
            return "a single value"
