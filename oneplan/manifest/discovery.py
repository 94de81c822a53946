"""Finds the job folders of a project: those that match one of its patterns and hold a `job.yaml`.

Links to folders are followed by a plain step and passed over by `**`, so that no circle of links is walked.
"""

import os
import re
from collections.abc import Collection, Iterator
from fnmatch import translate

from oneplan.manifest.problems import Problems, quoted
from oneplan.manifest.tree import Map, Node, Scalar, Sequence, is_null

JOB_FILE = "job.yaml"
DEFAULT = ("jobs/*",)
_MISNAMED = "job.yml"

_PASSED_OVER = frozenset({"node_modules", "venv", "__pycache__"})


def patterns(project: Map | None, problems: Problems) -> tuple[str, ...]:
    """Returns the patterns under `jobs` in `oneplan.yaml`, with slashes; without any, `jobs/*`."""
    node = project.get("jobs") if project else None
    if node is None or is_null(node):
        return DEFAULT
    if not isinstance(node, Sequence):
        message = (
            f'jobs: expected a list of folders, for example ["{DEFAULT[0]}"]; a job is declared in its own job.yaml'
        )
        problems.add(node.mark, "WJ012", message)
        return DEFAULT
    return tuple(text for item in node.items if (text := _pattern(item, problems)))


def _pattern(item: Node, problems: Problems) -> str | None:
    text = item.value if isinstance(item, Scalar) else None
    steps = text.rstrip("/").split("/") if isinstance(text, str) else [""]
    if not set(steps).isdisjoint(("", ".", "..")):
        message = f"jobs: {quoted(text)} is not a pattern of folders in the project; write one such as {DEFAULT[0]}"
        problems.add(item.mark, "WJ012", message)
        return None
    return "/".join(steps)


def folders(root: str, wanted: tuple[str, ...]) -> list[str]:
    """Returns the matching folders that hold a `job.yaml`, as paths from the root, each once, sorted.

    A link to a `job.yaml` that leads nowhere counts: the job must not silently be missing.
    """
    return [folder for folder in _all(root, wanted) if os.path.lexists(f"{root}/{folder}/{JOB_FILE}")]


def misnamed(root: str, wanted: tuple[str, ...], found: Collection[str]) -> list[str]:
    """Returns the files of matching folders without a `job.yaml` that were meant to be one, as paths from the root."""
    known = frozenset(found)
    others = (f"{folder}/{_MISNAMED}" for folder in _all(root, wanted) if folder not in known)
    return [file for file in others if os.path.lexists(f"{root}/{file}")]


def _all(root: str, wanted: tuple[str, ...]) -> list[str]:
    return sorted({folder for pattern in wanted for folder in _matching(root, tuple(pattern.split("/")))})


def _matching(root: str, pattern: tuple[str, ...]) -> Iterator[str]:
    """The folders that a pattern may mean; one without wildcards is not looked for yet."""
    waiting, seen = [("", pattern)], set()
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        folder, steps = state
        if steps:
            waiting.extend(_next(root, folder, steps))
        else:
            yield folder


def _next(root: str, folder: str, steps: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    step, rest = steps[0], steps[1:]
    if step == "**":
        yield folder, rest
        inner = (name for name, is_link in _subfolders(root, folder) if not is_link and name not in _PASSED_OVER)
        yield from ((_join(folder, name), steps) for name in inner)
    elif set(step) & set("*?["):
        pattern = re.compile(translate(step))
        inner = (name for name, _ in _subfolders(root, folder) if pattern.match(name))
        yield from ((_join(folder, name), rest) for name in inner)
    else:
        yield _join(folder, step), rest


def _subfolders(root: str, folder: str) -> list[tuple[str, bool]]:
    """Names of what may be a folder, hidden ones left out, and whether it is a link."""
    try:
        with os.scandir(_join(root, folder)) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
            return [(entry.name, entry.is_symlink()) for entry in shown if entry.is_symlink() or entry.is_dir()]
    except OSError:  # no such folder, or not ours to read: no job is there
        return []


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name
