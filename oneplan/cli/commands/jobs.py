"""`oneplan jobs …`."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli import completion
from oneplan.cli.commands.options import PASSES_ON, Done, JobName, Json, Stack, group
from oneplan.cli.project import DEFAULT_STACK

commands = group("jobs", "WebJobs: list them, run them, read their logs.")


@commands.command("list")
def jobs_list(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """List the jobs with their state, last run and next run."""
    from oneplan.cli.jobs import list_jobs

    list_jobs(stack, as_json=json)


@commands.command("show")
def jobs_show(job: JobName, stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """Show a job: its state, origin, next runs and last runs."""
    from oneplan.cli.jobs_show import show_job

    show_job(stack, job, as_json=json)


@commands.command("run", context_settings=PASSES_ON)
def jobs_run(
    context: typer.Context,
    job: JobName,
    stack: Stack = DEFAULT_STACK,
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Show its log until it ends.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print the run as JSON; its log goes to standard error.")
    ] = False,
) -> None:
    """Run a triggered job now.

    oneplan jobs run catalogue-reindex --brand omega --no-dry-run

    The job's own arguments follow its name; those declared in job.yaml are checked. With --wait the exit code
    is 1 when the run fails.
    """
    from oneplan.cli.jobs import run_job

    run_job(stack, job, context.args, wait=wait, as_json=json)


@commands.command("logs")
def jobs_logs(
    job: JobName,
    stack: Stack = DEFAULT_STACK,
    run: Annotated[str | None, typer.Option("--run", help="A run's id; the newest without.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as it grows.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print each line as a JSON object.")] = False,
) -> None:
    """Show the log of a run, or of a continuous job."""
    from oneplan.cli.jobs import show_log

    show_log(stack, job, run=run, follow=follow, as_json=json)


@commands.command("history")
def jobs_history(job: JobName, stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """List the runs of a triggered job, newest first."""
    from oneplan.cli.jobs import show_history

    show_history(stack, job, as_json=json)


@commands.command("start")
def jobs_start(job: JobName, stack: Stack = DEFAULT_STACK, json: Done = False) -> None:
    """Start a continuous job."""
    from oneplan.cli.jobs import switch

    switch(stack, job, "start", as_json=json)


@commands.command("stop")
def jobs_stop(job: JobName, stack: Stack = DEFAULT_STACK, json: Done = False) -> None:
    """Stop a continuous job; it stays stopped until it is started."""
    from oneplan.cli.jobs import switch

    switch(stack, job, "stop", as_json=json)


@commands.command("disable")
def jobs_disable(
    job: Annotated[str, typer.Argument(metavar="[JOB]", help="The job's name.", autocompletion=completion.jobs)] = "",
    stack: Stack = DEFAULT_STACK,
    every: Annotated[bool, typer.Option("--all", help="Every job that runs by itself.")] = False,
    json: Done = False,
) -> None:
    """Keep a job from running by itself.

    A continuous one is stopped, a scheduled one's schedule is taken away. It lasts
    until `oneplan jobs enable`, or until the job's site is deployed anew.
    """
    from oneplan.cli.jobs import set_enabled

    set_enabled(stack, job, enabled=False, every=every, as_json=json)


@commands.command("enable")
def jobs_enable(
    job: Annotated[str, typer.Argument(metavar="[JOB]", help="The job's name.", autocompletion=completion.jobs)] = "",
    stack: Stack = DEFAULT_STACK,
    every: Annotated[bool, typer.Option("--all", help="Every job that was declared to run by itself.")] = False,
    json: Done = False,
) -> None:
    """Let a job run by itself again, as it was declared."""
    from oneplan.cli.jobs import set_enabled

    set_enabled(stack, job, enabled=True, every=every, as_json=json)
