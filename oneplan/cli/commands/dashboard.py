"""`oneplan dashboard`."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli.commands.options import Stack
from oneplan.cli.project import DEFAULT_STACK

commands = typer.Typer()


@commands.command()
def dashboard(
    stack: Stack = DEFAULT_STACK,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
) -> None:
    """Show and steer what runs, in the browser.

    On this machine, or in Azure with your own sign-in.
    """
    from oneplan.cli.dashboard import run

    run(stack, port=port, show=show)
