"""`oneplan validate`, `explain`, `diff` and `schema`."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli.formats.names import Format

commands = typer.Typer()


@commands.command()
def validate(
    stack: Annotated[list[str] | None, typer.Option("--stack", "-s", help="A stack; may be repeated.")] = None,
    all_stacks: Annotated[bool, typer.Option("--all", help="Every stack that has a file, as without --stack.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How the outcome is told.")] = Format.TEXT,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out the next runs of jobs.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
) -> int:
    """Check oneplan.yaml, every job.yaml and all stacks, and show when jobs run next.

    The exit code is 3 when there are errors, 0 when there are warnings only.
    """
    from oneplan.cli.validate import validate as run

    return run([] if all_stacks else stack or [], form=form, quiet=quiet, strict=strict)
