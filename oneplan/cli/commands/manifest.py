"""`oneplan validate`, `explain`, `diff` and `schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oneplan.cli.commands.options import Json, Stack
from oneplan.cli.formats.names import Format
from oneplan.cli.project import DEFAULT_STACK

commands = typer.Typer()


@commands.command()
def validate(
    stack: Annotated[list[str] | None, typer.Option("--stack", "-s", help="A stack; may be repeated.")] = None,
    all_stacks: Annotated[bool, typer.Option("--all", help="Every stack that has a file, as without --stack.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How the outcome is told.")] = Format.TEXT,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out the next runs of jobs.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
) -> int:
    """Check the manifest in all stacks; show when jobs run next.

    That is oneplan.yaml, every job.yaml and every Pulumi.<stack>.yaml. The exit code is 3 when there are errors, 0
    when there are warnings only.
    """
    from oneplan.cli.validate import validate as run

    return run([] if all_stacks else stack or [], form=form, quiet=quiet, strict=strict)


@commands.command()
def explain(
    what: Annotated[
        str, typer.Argument(metavar="[WHAT]", help="A check such as WJ036, or job, app, queue, plan …")
    ] = "",
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="The thing's name.")] = "",
    stack: Stack = DEFAULT_STACK,
    json: Json = False,
) -> None:
    """Explain a check, or where the values of a job or app come from.

    For example: oneplan explain WJ036, or: oneplan explain job stock-sync --stack prod. Without arguments it lists
    what there is.
    """
    from oneplan.cli.explain import explain as run

    run(what, name, stack=stack, as_json=json)


@commands.command()
def diff(
    stack: Annotated[list[str] | None, typer.Option("--stack", "-s", help="One of two stacks; given twice.")] = None,
    json: Json = False,
) -> None:
    """Show what differs between two stacks.

    For example: oneplan diff --stack dev --stack prod
    """
    from oneplan.cli.diff import diff as run

    run(stack or [], as_json=json)


@commands.command()
def schema(
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="project, job or stack.")] = "",
    draft: Annotated[str, typer.Option("--draft", help="2020-12, or 7 for editors that lag behind.")] = "",
    folder: Annotated[Path | None, typer.Option("--write", metavar="FOLDER", help="Write files instead.")] = None,
) -> None:
    """Print or write the JSON Schemas that editors check with.

    For example: oneplan schema --write schemas. Without a kind or draft it prints the project's in 2020-12, and writes
    all kinds in both drafts.
    """
    from oneplan.cli.schema import schema as run

    run(kind, draft=draft, folder=folder)
