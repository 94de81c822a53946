"""Every problem of several stacks in one pass, and the manifests of those that are sound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from oneplan.errors import Problem
from oneplan.manifest import files
from oneplan.manifest.problems import Problems
from oneplan.manifest.tree import EMPTY
from oneplan.manifest.values import Manifest

if TYPE_CHECKING:
    from oneplan.manifest.assemble import Memory


@dataclass(frozen=True, slots=True)
class Report:
    """What a look at several stacks found."""

    problems: tuple[Problem, ...]
    """Sorted by place; one that shows in several stacks is there once."""
    manifests: Mapping[str, Manifest]
    """By stack, of those without errors."""


def validate(root: Path, stacks: Sequence[str], *, today: date | None = None) -> Report:
    """Returns what is wrong or doubtful in the given stacks, and the manifests of those without errors.

    Args:
        root: The project's folder.
        stacks: Names of stacks; see `oneplan.manifest.stacks`.
        today: The day from which clock changes are looked for; None leaves those checks out.
    """
    from oneplan.manifest.assemble import Memory  # pydantic, only when something is loaded

    sources, memory = files.read(root.resolve()), Memory()
    found: dict[str, tuple[Problem, ...]] = {}
    manifests: dict[str, Manifest] = {}
    for stack in dict.fromkeys(name.rpartition("/")[2] for name in stacks):
        problems = Problems(sources.problems)
        manifest = _manifest(sources, stack, problems, memory, today)
        found[stack] = problems.sorted()
        if manifest:
            manifests[stack] = manifest
    return Report(_together(found), manifests)


def _manifest(
    sources: files.Sources, stack: str, problems: Problems, memory: "Memory", today: date | None
) -> Manifest | None:
    from oneplan.manifest import build, checks, draft
    from oneplan.manifest.assemble import Assembly

    layer = files.stack_file(sources.root, stack, problems)
    if sources.project is None:
        return None
    assembly = Assembly(
        sources.project, sources.jobs, layer.overrides, problems, unreadable=sources.unreadable, memory=memory
    )
    below = Assembly(sources.project, sources.jobs, EMPTY, Problems(), memory=memory)
    folders = {name: file.folder for name, file in sources.jobs.items()}
    found = draft.draft(
        assembly.tree(),
        problems,
        root=sources.root,
        stack=stack,
        layer=layer,
        folders=folders,
        base=below.tree(),
        today=today,
    )
    checks.check(found, problems)
    if problems.has_errors or found.project is None:
        return None
    return build.build(found, found.project, problems.warnings)


def _together(found: Mapping[str, Iterable[Problem]]) -> tuple[Problem, ...]:
    """The problems of all stacks, each once, with the stacks it shows in when that is not all of them."""
    showing: dict[Problem, list[str]] = {}
    for stack, problems in found.items():
        for problem in problems:
            showing.setdefault(problem, []).append(stack)
    told = (one if len(names) == len(found) else replace(one, stacks=tuple(names)) for one, names in showing.items())
    return tuple(sorted(told))
