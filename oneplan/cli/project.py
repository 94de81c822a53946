"""Which project and stack a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oneplan.cli.exits import UsageError

if TYPE_CHECKING:
    from oneplan.manifest import Manifest

MANIFEST = "oneplan.yaml"
DEFAULT_STACK = "dev"


def find_root(start: Path | None = None) -> Path:
    """The project folder: the nearest one upwards that holds oneplan.yaml; raises UsageError without one."""
    begin = (start or Path.cwd()).resolve()
    for folder in (begin, *begin.parents):
        if (folder / MANIFEST).is_file():
            return folder
    raise UsageError(f"{MANIFEST}: not found in {begin} or a folder above; run oneplan inside a project")


def load_manifest(stack: str) -> Manifest:
    """The checked manifest of a stack, see `manifest.load`; raises ManifestError with every problem."""
    from oneplan.manifest.load import load

    return load(_root_with(stack), stack)


def manifest_to_look_with(stack: str) -> Manifest:
    """The manifest for a command that looks at what runs, see `operate.kept`; raises ManifestError like the other."""
    from oneplan.operate.kept import manifest_to_look_with as look_with

    return look_with(_root_with(stack), stack)


def _root_with(stack: str) -> Path:
    """The project folder; raises UsageError when it has no such stack."""
    from oneplan.manifest.load import stacks

    root = find_root()
    known = stacks(root)
    if stack.rpartition("/")[2] not in known:
        there_are = ", ".join(known) or "none"
        raise UsageError(f"stack {stack}: there is no Pulumi.{stack}.yaml; stacks here: {there_are}")
    return root
