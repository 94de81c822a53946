"""Every problem of several stacks in one pass, and the manifests of those that are sound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from oneplan.collector import without_collector
from oneplan.errors import ManifestError, Problem
from oneplan.manifest import files
from oneplan.manifest.memory import Memory
from oneplan.manifest.problems import Allowance, Problems
from oneplan.manifest.tree import EMPTY
from oneplan.manifest.values import Manifest


@dataclass(frozen=True, slots=True)
class Report:
    """What a look at several stacks found."""

    problems: tuple[Problem, ...]
    """Sorted by place; one that shows in several stacks is there once."""
    manifests: Mapping[str, Manifest]
    """By stack, of those without errors."""


def validate(root: Path, stacks: Sequence[str], *, today: date | None = None, thorough: bool = True) -> Report:
    """Returns what is wrong or doubtful in the given stacks, and the manifests of those without errors.

    Args:
        root: The project's folder.
        stacks: Names of stacks; see `oneplan.manifest.stacks`.
        today: The day from which clock changes are looked for; None leaves those checks out.
        thorough: Whether all is checked, as opposed to what values depend on.
    """
    with without_collector():
        return _report(root.resolve(), [name.rpartition("/")[2] for name in stacks], today, thorough=thorough)


def _report(root: Path, stacks: Iterable[str], today: date | None, *, thorough: bool) -> Report:
    try:
        sources, memory = files.read(root), Memory()
    except ManifestError as too_many:
        return Report(too_many.problems, {})
    found: dict[str, tuple[Problem, ...]] = {}
    manifests: dict[str, Manifest] = {}
    allowances: dict[Allowance, None] = {}
    for stack in dict.fromkeys(stacks):
        problems = Problems(sources.problems)
        try:
            manifest = _manifest(sources, stack, problems, memory, today, thorough=thorough)
        except ManifestError as too_many:
            found[stack] = tuple(sorted({*problems.sorted(), *too_many.problems}))
            continue
        found[stack] = problems.sorted()
        allowances |= dict.fromkeys(problems.allowances)
        if manifest:
            manifests[stack] = manifest
    if thorough and len(manifests) == len(found) and found.keys() >= set(files.stacks(root)):
        useless = _useless(allowances)
        found = {stack: tuple(sorted((*problems, *useless))) for stack, problems in found.items()}
    return Report(_together(found), manifests)


def _useless(allowances: Iterable[Allowance]) -> tuple[Problem, ...]:
    """The comments that switch off what no stack has, which can be told when every stack was checked to the end."""
    problems = Problems()
    for one in allowances:
        if not one.is_used:
            problems.add(one.mark, "WJ091", f"{one.code} finds nothing here in any stack; remove this comment")
    return problems.sorted()


def _manifest(
    sources: files.Sources,
    stack: str,
    problems: Problems,
    memory: Memory,
    today: date | None,
    *,
    thorough: bool,
) -> Manifest | None:
    from oneplan.manifest import build, checks, draft  # pydantic, only when something is loaded
    from oneplan.manifest.assemble import Assembly

    layer = files.stack_file(sources.root, stack, problems)
    project = sources.project
    if project is None:
        return None
    jobs, unreadable = sources.jobs, sources.unreadable
    below = memory.get(("base",), (sources,), lambda: Assembly(project, jobs, EMPTY, Problems(), memory=memory).tree())
    assembly = Assembly(project, jobs, layer.overrides, problems, unreadable=unreadable, memory=memory)
    found = draft.draft(
        assembly.tree(below),
        problems,
        sources=sources,
        stack=stack,
        layer=layer,
        base=below,
        today=today,
        memory=memory,
    )
    checks.check(found, problems, memory, thorough=thorough)
    if problems.has_errors or found.project is None:
        return None
    return build.build(found, found.project, problems.warnings, memory)


def _together(found: Mapping[str, Iterable[Problem]]) -> tuple[Problem, ...]:
    """The problems of all stacks, each once, with the stacks it shows in when that is not all of them."""
    showing: dict[Problem, list[str]] = {}
    for stack, problems in found.items():
        for problem in problems:
            showing.setdefault(problem, []).append(stack)
    told = (one if len(names) == len(found) else replace(one, stacks=tuple(names)) for one, names in showing.items())
    return tuple(sorted(told))
