"""The command line: every group of commands under one name."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

import typer
from typer.core import TyperGroup

_EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 problems in the manifest, 130 interrupted. "
    "NO_COLOR is honoured."
)

_ORDER = (
    "up", "preview", "status", "validate", "next", "timeline", "jobs", "queues", "apps", "dashboard", "doctor",
    "new", "build", "cost", "explain", "diff", "fmt", "init", "import", "schema", "local", "webjobs", "down",
)  # fmt: skip

MODULES = {
    "deploy": ("up", "preview", "down", "status", "doctor"),
    "authoring": ("new", "init", "fmt", "import"),
    "jobs": ("jobs",),
    "local": ("local",),
    "manifest": ("validate", "schema", "explain", "diff"),
    "build": ("build", "cost"),
    "schedules": ("next", "timeline"),
    "webjobs": ("webjobs",),
    "apps": ("apps",),
    "queues": ("queues",),
    "dashboard": ("dashboard",),
}
"""What each module of `oneplan.cli.commands` holds."""


class _DailyFirst(TyperGroup):
    """Help with what is used every day at the top."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # its own copy of click's type
        """Names in the order of `_ORDER`; those it does not know come last."""
        return sorted(
            super().list_commands(ctx), key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)
        )


def app(command: str | None = None) -> typer.Typer:
    """The whole command line, or as much of it as one command needs, which is there sooner."""
    alone = [module for module, names in MODULES.items() if command in names]
    return _together(alone or MODULES)


def _together(modules: Iterable[str]) -> typer.Typer:
    whole = typer.Typer(
        cls=_DailyFirst,
        name="oneplan",
        help="Many web apps and WebJobs on one App Service plan: declared in YAML, run here, then in Azure.",
        epilog=_EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: calm, and there in half the time
    )
    for module in modules:  # one without a name of its own adds its commands here
        whole.add_typer(import_module(f"oneplan.cli.commands.{module}").commands)
    return whole
