"""`oneplan build` and `cost`."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli.commands.options import Json, Stack
from oneplan.cli.project import DEFAULT_STACK

commands = typer.Typer()


@commands.command()
def build(
    jobs: Annotated[list[str] | None, typer.Argument(metavar="[JOB]...", help="These jobs only.")] = None,
    stack: Stack = DEFAULT_STACK,
    force: Annotated[bool, typer.Option("--force", help="Build what is fresh too.")] = False,
) -> None:
    """Run the build commands of jobs that need it.

    One needs it when a file of the job is not what its last build left. `up` does the same first.
    """
    from oneplan.cli.build import build as run

    run(stack, jobs or [], force=force)


@commands.command()
def cost(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """Estimate a month's cost in Azure.

    Reckoned from the manifest and the dated list prices that oneplan carries, and set beside the budget.
    """
    from oneplan.cli.cost import cost as run

    run(stack, as_json=json)
