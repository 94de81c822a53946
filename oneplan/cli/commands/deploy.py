"""`oneplan up`, `preview`, `down`, `status` and `doctor`."""

from __future__ import annotations

from typing import Annotated

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
def status(
    stack: Stack = DEFAULT_STACK,
    json: Json = False,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Show it again each two seconds, until Ctrl-C.")] = False,
) -> None:
    """Show apps, jobs and queues as they are now.

    Also what is otherwise than declared.
    """
    from oneplan.cli.status import status as run
    from oneplan.cli.status import watch as go_on

    if watch:
        go_on(stack, as_json=json)
    else:
        run(stack, as_json=json)


@commands.command()
def doctor(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """Look what is wrong with this machine or stack, and what helps.

    The exit code is 1 when something is.
    """
    from oneplan.cli.doctor import doctor as run

    run(stack, as_json=json)
