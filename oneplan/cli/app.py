"""The commands and their options. Bodies import what they need, so that `--help` does not wait for it."""

from __future__ import annotations

from typing import Annotated

import typer

from oneplan.cli.project import DEFAULT_STACK

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
local = typer.Typer(
    help="The local Azure: start it, stop it, point plain pulumi at it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
jobs = typer.Typer(help="WebJobs: list them, run them, read their logs.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(local, name="local")
app.add_typer(jobs, name="jobs")

Stack = Annotated[str, typer.Option("--stack", "-s", help="Pulumi stack.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
JobName = Annotated[str, typer.Argument(metavar="JOB", help="The job's name, as `oneplan jobs list` shows it.")]

_PASSES_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_PASSES_ON)
def up(context: typer.Context, stack: Stack = DEFAULT_STACK, yes: Yes = False) -> None:
    """Bring the stack up: local Azure if needed, pulumi up, wait until the sites answer.

    Options it does not know go to pulumi. A stack in Azure is previewed and asked about first, unless --yes.
    """
    from oneplan.cli.deploy import up as run

    run(stack, yes=yes, extra=context.args)


@app.command(context_settings=_PASSES_ON)
def preview(context: typer.Context, stack: Stack = DEFAULT_STACK) -> None:
    """Show what `up` would change. Options it does not know go to pulumi, for example --diff."""
    from oneplan.cli.deploy import preview as run

    run(stack, extra=context.args)


@app.command()
def down(stack: Stack = DEFAULT_STACK, yes: Yes = False) -> None:
    """Remove everything the stack has, then stop the local Azure."""
    from oneplan.cli.deploy import down as run

    run(stack, yes=yes)


@app.command()
def status(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """Show apps, jobs and queues as they are now."""
    from oneplan.cli.status import status as run

    run(stack, as_json=json)


@local.command("start")
def local_start() -> None:
    """Start the local Azure of this project."""
    from oneplan.cli.local import start

    start()


@local.command("stop")
def local_stop() -> None:
    """Stop the local Azure; sites and jobs end, nothing is lost."""
    from oneplan.cli.local import stop

    stop()


@local.command("env")
def local_env(json: Json = False) -> None:
    """Print the variables that point plain pulumi here: eval "$(oneplan local env)"."""
    from oneplan.cli.local import env

    env(as_json=json)


@local.command("reset")
def local_reset(yes: Yes = False) -> None:
    """Stop the local Azure and forget everything it holds (packages and wheels stay cached)."""
    from oneplan.cli.local import reset

    reset(yes=yes)


@jobs.command("list")
def jobs_list(stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """List the jobs with their state, last run and next run."""
    from oneplan.cli.jobs import list_jobs

    list_jobs(stack, as_json=json)


@jobs.command("run", context_settings=_PASSES_ON)
def jobs_run(
    context: typer.Context,
    job: JobName,
    stack: Stack = DEFAULT_STACK,
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Show its log until it ends.")] = False,
) -> None:
    """Run a triggered job now: oneplan jobs run catalogue-reindex --brand omega --no-dry-run

    The job's own arguments follow its name; those declared in job.yaml are checked. With --wait the exit code
    is 1 when the run fails.
    """
    from oneplan.cli.jobs import run_job

    run_job(stack, job, context.args, wait=wait)


@jobs.command("logs")
def jobs_logs(
    job: JobName,
    stack: Stack = DEFAULT_STACK,
    run: Annotated[str | None, typer.Option("--run", help="A run's id; the newest without.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as it grows.")] = False,
) -> None:
    """Show the log of a run, or of a continuous job."""
    from oneplan.cli.jobs import show_log

    show_log(stack, job, run=run, follow=follow)


@jobs.command("history")
def jobs_history(job: JobName, stack: Stack = DEFAULT_STACK, json: Json = False) -> None:
    """List the runs of a triggered job, newest first."""
    from oneplan.cli.jobs import show_history

    show_history(stack, job, as_json=json)


@jobs.command("start")
def jobs_start(job: JobName, stack: Stack = DEFAULT_STACK) -> None:
    """Start a continuous job."""
    from oneplan.cli.jobs import switch

    switch(stack, job, "start")


@jobs.command("stop")
def jobs_stop(job: JobName, stack: Stack = DEFAULT_STACK) -> None:
    """Stop a continuous job; it stays stopped until it is started."""
    from oneplan.cli.jobs import switch

    switch(stack, job, "stop")
