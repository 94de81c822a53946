"""`oneplan apps …`."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli import completion
from oneplan.cli.commands.options import Done, Json, Stack, group
from oneplan.cli.project import DEFAULT_STACK

commands = group("apps", "Web apps: list them, read their logs, restart and open them.")

AppName = Annotated[
    str, typer.Argument(metavar="APP", help="The app's name in oneplan.yaml.", autocompletion=completion.apps)
]


@commands.command("list")
def apps_list(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """List the apps with their addresses and states."""
    from oneplan.cli.apps import list_apps

    list_apps(stack, as_json=json)


@commands.command("logs")
def apps_logs(
    app: AppName,
    stack: Stack = DEFAULT_STACK,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as it grows.")] = False,
) -> None:
    """Show what an app's process wrote."""
    from oneplan.cli.apps import show_log

    show_log(stack, app, follow=follow)


@commands.command("restart")
def apps_restart(app: AppName, stack: Stack = DEFAULT_STACK, json: Done = False) -> None:
    """Restart an app; its jobs go on."""
    from oneplan.cli.apps import restart

    restart(stack, app, as_json=json)


@commands.command("open")
def apps_open(app: AppName, stack: Stack = DEFAULT_STACK, json: Done = False) -> None:
    """Open an app in the browser, and print its address."""
    from oneplan.cli.apps import open_in_browser

    open_in_browser(stack, app, as_json=json)
