"""`oneplan local …`."""

from __future__ import annotations

from oneplan.cli.commands.options import Json, Yes, group

commands = group("local", "The local Azure: start it, stop it, point plain pulumi at it.")


@commands.command("start")
def local_start() -> None:
    """Start the local Azure of this project."""
    from oneplan.cli.local import start

    start()


@commands.command("stop")
def local_stop() -> None:
    """Stop the local Azure; sites and jobs end, nothing is lost."""
    from oneplan.cli.local import stop

    stop()


@commands.command("env")
def local_env(json: Json = False) -> None:
    """Print variables that point plain pulumi here.

    eval "$(oneplan local env)"
    """
    from oneplan.cli.local import env

    env(as_json=json)


@commands.command("reset")
def local_reset(yes: Yes = False) -> None:
    """Stop the local Azure and forget all it holds.

    Packages and wheels stay cached.
    """
    from oneplan.cli.local import reset

    reset(yes=yes)
