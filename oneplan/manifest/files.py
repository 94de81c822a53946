"""The files of a project: where they are, and their trees."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oneplan.manifest import discovery, source, stray
from oneplan.manifest.discovery import JOB_FILE
from oneplan.manifest.problems import Problems, near, quoted
from oneplan.manifest.tree import Entry, Map, Mark, Scalar
from oneplan.manifest.values import Target

PROJECT_FILE = "oneplan.yaml"
TARGETS: tuple[Target, ...] = ("local", "azure")

_SCHEMA_LINE = "yaml-language-server: $schema="
_STACK_NAME = re.compile("[A-Za-z0-9._-]+")
_STACK_FILE = re.compile(r"Pulumi\.(.+)\.yaml")


@dataclass(frozen=True, slots=True)
class JobFile:
    """One `job.yaml` that could be read."""

    folder: Path
    tree: Map


@dataclass(frozen=True, slots=True)
class Sources:
    """What all stacks of a project share, read once."""

    root: Path
    project: Map | None
    """The tree of `oneplan.yaml`; None when it cannot be read, and its problem says why."""
    jobs: Mapping[str, JobFile]
    """By name."""
    unreadable: frozenset[str]
    """Names of jobs whose file is there and cannot be read."""
    problems: Problems


@dataclass(frozen=True, slots=True)
class StackFile:
    """What a `Pulumi.<stack>.yaml` says to us."""

    target: Target
    overrides: Map
    config: Map
    """All of the stack's configuration, under Pulumi's names such as `oneplan:session-key`."""


def stacks(root: Path) -> tuple[str, ...]:
    """Returns the stacks that have a `Pulumi.<stack>.yaml`, sorted."""
    matches = (_STACK_FILE.fullmatch(path.name) for path in root.glob("Pulumi.*.yaml"))
    return tuple(sorted(match.group(1) for match in matches if match))


def read(root: Path) -> Sources:
    """Returns the files that all stacks share, and what is wrong with them as they stand."""
    problems = Problems()
    project = project_file(root, problems)
    jobs, unreadable = job_files(root, project, problems)
    return Sources(root, project, jobs, unreadable, problems)


def project_file(root: Path, problems: Problems) -> Map | None:
    """Returns the tree of `oneplan.yaml`, or None after adding the reason."""
    if not (root / PROJECT_FILE).exists():
        message = f"no {PROJECT_FILE} in {root}; go to the project's folder, or write one"
        problems.add(Mark(PROJECT_FILE, 1, 1), "WJ005", message)
        return None
    return _read(root, PROJECT_FILE, problems)


def job_files(root: Path, project: Map | None, problems: Problems) -> tuple[dict[str, JobFile], frozenset[str]]:
    """Returns the readable jobs by name, and the names of those that could not be read."""
    found: dict[str, JobFile] = {}
    unreadable: set[str] = set()
    wanted = discovery.patterns(project, problems)
    folders = discovery.folders(str(root), wanted)
    for file in discovery.misnamed(str(root), wanted, folders):
        problems.add(Mark(file, 1, 1), "WJ116", f"this file is not read; rename it to {JOB_FILE}")
    for folder in folders:
        file = f"{folder}/{JOB_FILE}"
        tree = _read(root, file, problems)
        name, mark = _job_name(folder, file, tree)
        if tree is None:
            unreadable.add(name)
        elif name in found:
            other = found[name].tree.mark.file
            message = f'job name "{name}" is used twice: also in {other}; set `name:` in one of them'
            problems.add(mark, "WJ019", message)
        else:
            found[name] = JobFile(root / folder, tree)
    return found, frozenset(unreadable)


def stack_file(root: Path, stack: str, problems: Problems) -> StackFile:
    """Returns a stack's target and overrides; a stack without a file has neither."""
    file = f"Pulumi.{stack}.yaml"
    empty = Map(Mark(file, 1, 1), {})
    nothing = StackFile("azure", empty, empty)
    if not _STACK_NAME.fullmatch(stack):
        message = f"{quoted(stack)} is not a stack's name; it may use letters, digits, hyphens, dots and underscores"
        problems.add(Mark("Pulumi.yaml", 1, 1), "WJ018", message)
        return nothing
    if not (root / file).exists():
        return nothing
    text = source.read_text(f"{root}/{file}", file, problems)
    tree = _tree(text, file, problems) if text and not _is_blank(text) else None
    if tree is None:
        return nothing
    config = tree.section("config")
    stray.check(tree, config, problems)
    return StackFile(_target(config, problems), _overrides(config, problems), config)


def _read(root: Path, file: str, problems: Problems) -> Map | None:
    text = source.read_text(f"{root}/{file}", file, problems)
    tree = None if text is None else _tree(text, file, problems)
    if text is not None and tree is not None and _SCHEMA_LINE not in text:
        problems.add(Mark(file, 1, 1), "WJ008", "no schema line at the top; run oneplan fmt to add it")
    return tree


def _tree(text: str, file: str, problems: Problems) -> Map | None:
    from oneplan.manifest import allow, reader  # PyYAML, only when a file is parsed

    tree = reader.read(text, file, problems)
    if tree is not None:
        allow.read(text, file, problems)
    return tree


def _is_blank(text: str) -> bool:
    """Pulumi writes a stack file that holds nothing, or comments only."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _job_name(folder: str, file: str, tree: Map | None) -> tuple[str, Mark]:
    given = tree.get("name") if tree else None
    if isinstance(given, Scalar) and isinstance(given.value, str):
        return given.value, given.mark
    return folder.rpartition("/")[2].replace("_", "-"), tree.mark if tree else Mark(file, 1, 1)


def _target(config: Map, problems: Problems) -> Target:
    node = config.get("oneplan:target")
    if node is None:
        return "azure"
    value = node.value if isinstance(node, Scalar) else None
    for target in TARGETS:
        if value == target:
            return target
    hint = near(str(value), TARGETS)
    message = f"oneplan:target: {quoted(value)} is not one of {', '.join(TARGETS)}; {hint}"
    problems.add(node.mark, "WJ015", message)
    return "azure"


def _overrides(config: Map, problems: Problems) -> Map:
    node = config.get("oneplan:overrides")
    if isinstance(node, Map):
        return node
    if node is not None and not (isinstance(node, Scalar) and node.value is None):
        message = "oneplan:overrides: expected a map; write keys and values below it, as in oneplan.yaml"
        problems.add(node.mark, "WJ012", message)
    return Map(config.mark, {})


def as_entries(trees: Mapping[str, Map]) -> dict[str, Entry]:
    """Returns trees as the entries of a map; each key stands where its tree begins."""
    return {name: Entry(tree.place, tree) for name, tree in trees.items()}
