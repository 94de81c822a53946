"""`oneplan up`, `preview`, `down` and `status`."""

from __future__ import annotations

import typer

from oneplan.cli.commands.options import PASSES_ON, Json, Stack, Yes
from oneplan.cli.project import DEFAULT_STACK

commands = typer.Typer()


@commands.command(context_settings=PASSES_ON)
def up(context: typer.Context, stack: Stack = DEFAULT_STACK, yes: Yes = False) -> None:
    """Bring the stack up and wait until its sites answer.

    The local Azure is started where the stack needs it; then it is pulumi up. Options it does not know go to pulumi. A
    stack in Azure is previewed and asked about first, unless --yes.
    """
    from oneplan.cli.deploy import up as run

    run(stack, yes=yes, extra=context.args)


@commands.command(context_settings=PASSES_ON)
def preview(context: typer.Context, stack: Stack = DEFAULT_STACK) -> None:
    """Show what `up` would change.

    Options it does not know go to pulumi, for example --diff.
    """
    from oneplan.cli.deploy import preview as run

    run(stack, extra=context.args)


@commands.command()
def down(stack: Stack = DEFAULT_STACK, yes: Yes = False) -> None:
    """Remove everything the stack has, then stop the local Azure."""
    from oneplan.cli.deploy import down as run

    run(stack, yes=yes)


@commands.command()
def status(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """Show apps, jobs and queues as they are now."""
    from oneplan.cli.status import status as run

    run(stack, as_json=json)
