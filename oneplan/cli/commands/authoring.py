"""`oneplan init`, `new`, `fmt` and `import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

commands = typer.Typer()


Template = Literal["python", "node", "minimal"]
Kind = Literal["job", "app", "queue", "container", "table"]
Language = Literal["python", "node", "bash"]


@commands.command()
def init(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one to make.")] = Path(),
    name: Annotated[str | None, typer.Option("--name", help="The project's name; the folder's when left out.")] = None,
    location: Annotated[str, typer.Option("--location", help="Azure region.")] = "westeurope",
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="Zone of the schedules; this machine's when left out.")
    ] = None,
    template: Annotated[Template, typer.Option("--template", help="What it begins with.")] = "python",
) -> None:
    """Begin a project that runs at once.

    For example: oneplan init shop && cd shop && oneplan up
    """
    from oneplan.cli.authoring_init import init as run

    run(folder, name=name, location=location, time_zone=time_zone, template=template)


@commands.command()
def new(
    kind: Annotated[Kind, typer.Argument(help="What to add.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    trigger: Annotated[
        str | None,
        typer.Option("--trigger", help="Of a job: 'every 15m', 'cron 0 6 * * *', 'queue NAME', always or manual."),
    ] = None,
    app: Annotated[str | None, typer.Option("--app", help="The app a job runs beside.")] = None,
    command: Annotated[str | None, typer.Option("--command", help="What starts a job or an app.")] = None,
    app_kind: Annotated[str | None, typer.Option("--kind", help="Of an app: web, api, mobile or worker.")] = None,
    language: Annotated[Language | None, typer.Option("--language", help="What its program is written in.")] = None,
) -> int:
    """Add a job, app, queue, container or table.

    For example: oneplan new job nightly --trigger 'cron 0 3 * * *'. Comments, order and form of what is there stay as
    they are. What would leave the manifest with a new problem is taken back.
    """
    from oneplan.cli.authoring_new import Asked
    from oneplan.cli.authoring_new import new as run

    return run(Asked(kind, name, trigger=trigger, app=app, command=command, app_kind=app_kind, language=language))


@commands.command()
def fmt(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 when something would be.")
    ] = False,
) -> int:
    """Tidy the manifest's files; comments and order stay.

    Schema line at the top, no trailing blanks, one kind of line end, in oneplan.yaml, each job.yaml and each stack's
    file.
    """
    from oneplan.cli.authoring_fmt import fmt as run

    return run(check=check)


@commands.command("import")
def import_jobs(
    path: Annotated[Path, typer.Argument(help="A site's folder or zip with App_Data/jobs in it.")],
    app: Annotated[str | None, typer.Option("--app", help="The app the jobs run beside.")] = None,
) -> int:
    """Make job folders of an existing site's WebJobs.

    What cannot be carried over is said.
    """
    from oneplan.cli.authoring_import import import_jobs as run

    return run(path, app=app)
