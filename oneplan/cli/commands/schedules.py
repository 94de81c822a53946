"""`oneplan next` and `oneplan timeline`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oneplan.cli.commands.options import Json, Stack
from oneplan.cli.project import DEFAULT_STACK

commands = typer.Typer()


@commands.command("next")
def next_runs(
    job: Annotated[str | None, typer.Argument(metavar="[JOB]", help="One job; all without.")] = None,
    stack: Stack = DEFAULT_STACK,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1000, help="Runs of each job.")] = 3,
    zone: Annotated[
        str | None,
        typer.Option("--zone", help="Zone of the times shown; with --cron, the one the schedule is read in."),
    ] = None,
    cron: Annotated[
        str | None,
        typer.Option("--cron", metavar="TEXT", help="A schedule that is in no file yet: '*/5 * * * *', 'every 15m'."),
    ] = None,
    json: Json = False,
) -> None:
    """Show when scheduled jobs run next, in their zone and in UTC.

    As App Service would start them, changes of clocks included. Nothing needs to run for it. Try a schedule before it
    is in a file: oneplan next --cron "0 6 * * Mon-Fri"
    """
    from oneplan.cli.schedules import next_runs as run

    run(job, stack=stack, count=count, zone=zone, cron=cron, as_json=json)


@commands.command()
def timeline(
    stack: Stack = DEFAULT_STACK,
    date: Annotated[str | None, typer.Option("--date", help="A day such as 2026-11-24, or today or tomorrow.")] = None,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write a drawing as well.")] = None,
    takes: Annotated[
        list[str] | None,
        typer.Option(
            "--takes", metavar="JOB=LENGTH", help="How long a job runs (2m); its timeout without. Repeatable."
        ),
    ] = None,
    measured: Annotated[
        bool, typer.Option("--measured", help="Take as long as each job's last run took; asks what is running.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every job, however many.")] = False,
    json: Json = False,
) -> None:
    """Show the plan's day: what starts when, crowds and overlaps.

    With offsets that spread what starts in the same minute.
    """
    from oneplan.cli.timeline import timeline as run

    run(stack, date=date, svg_file=svg, takes=takes or [], measured=measured, every=every, as_json=json)
