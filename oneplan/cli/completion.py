"""What the shell offers for Tab: names of the manifest and of the stacks; nothing where the manifest cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import typer

from oneplan.errors import OneplanError

if TYPE_CHECKING:
    from oneplan.manifest import Manifest


def jobs(context: typer.Context, incomplete: str) -> list[str]:
    """Names of jobs."""
    return _offered(context, incomplete, lambda manifest: manifest.jobs)


def apps(context: typer.Context, incomplete: str) -> list[str]:
    """Names of apps."""
    return _offered(context, incomplete, lambda manifest: manifest.apps)


def queues(context: typer.Context, incomplete: str) -> list[str]:
    """Names of queues, poison queues included."""
    return _offered(
        context, incomplete, lambda manifest: [name for q in manifest.queues.values() for name in (q.name, q.poison)]
    )


def stacks(incomplete: str) -> list[str]:
    """Names of stacks: those that have a file."""
    from oneplan.cli.project import find_root

    try:
        files = sorted(find_root().glob("Pulumi.*.yaml"))
    except OneplanError:
        return []
    names = (file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files)
    return [name for name in names if name.startswith(incomplete)]


def _offered(context: typer.Context, incomplete: str, names: Callable[[Manifest], Iterable[str]]) -> list[str]:
    from oneplan.cli.project import DEFAULT_STACK, manifest_to_look_with

    try:
        manifest = manifest_to_look_with(context.params.get("stack") or DEFAULT_STACK)
    except OneplanError:
        return []  # a shell that completes has no place for a message; the command itself tells
    return sorted(name for name in names(manifest) if name.startswith(incomplete))
