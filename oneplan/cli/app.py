"""The command line: every group of commands under one name."""

from __future__ import annotations

import typer

from oneplan.cli.commands import apps, authoring, dashboard, deploy, jobs, local, manifest, queues, schedules, webjobs

_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 problems in the manifest, 130 interrupted. "
    "NO_COLOR is honoured."
)

app = typer.Typer(
    name="oneplan",
    help="Many web apps and WebJobs on one App Service plan: declared in YAML, run here, then in Azure.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: calm, and there in half the time
)
for module in (deploy, authoring, jobs, local, manifest, schedules, webjobs, apps, queues, dashboard):
    app.add_typer(module.commands)  # one without a name of its own adds its commands here
