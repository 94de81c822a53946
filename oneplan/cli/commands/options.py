"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli import completion

Stack = Annotated[str, typer.Option("--stack", "-s", help="Pulumi stack.", autocompletion=completion.stacks)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Done = Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
JobName = Annotated[
    str,
    typer.Argument(
        metavar="JOB", help="The job's name, as `oneplan jobs list` shows it.", autocompletion=completion.jobs
    ),
]

PASSES_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
"""For commands that hand what they do not know to another program."""


def group(name: str, text: str) -> typer.Typer:
    """Returns an empty group of commands under a name of its own."""
    return typer.Typer(name=name, help=text, no_args_is_help=True, rich_markup_mode=None)
