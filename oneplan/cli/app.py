"""The command line: every group of commands under one name."""

from __future__ import annotations

import typer
from typer.core import TyperGroup

from oneplan.cli.commands import (
    apps,
    authoring,
    build,
    dashboard,
    deploy,
    jobs,
    local,
    manifest,
    queues,
    schedules,
    webjobs,
)

_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 problems in the manifest, 130 interrupted. "
    "NO_COLOR is honoured."
)

_ORDER = (
    "up", "preview", "status", "validate", "next", "timeline", "jobs", "queues", "apps", "dashboard", "doctor",
    "new", "build", "cost", "explain", "diff", "fmt", "init", "import", "schema", "local", "webjobs", "down",
)  # fmt: skip


class _DailyFirst(TyperGroup):
    """Help with what is used every day at the top."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # its own copy of click's type
        """Names in the order of `_ORDER`; those it does not know come last."""
        return sorted(
            super().list_commands(ctx), key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)
        )


app = typer.Typer(
    cls=_DailyFirst,
    name="oneplan",
    help="Many web apps and WebJobs on one App Service plan: declared in YAML, run here, then in Azure.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: calm, and there in half the time
)
for module in (deploy, authoring, jobs, local, manifest, build, schedules, webjobs, apps, queues, dashboard):
    app.add_typer(module.commands)  # one without a name of its own adds its commands here
