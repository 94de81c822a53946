"""`oneplan webjobs …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oneplan.cli.commands.options import group

commands = group("webjobs", "Any site's WebJobs on this machine, without a manifest.")


@commands.callback()
def _group() -> None:
    """Keeps `serve` a command of its own though it is the only one."""


@commands.command("serve")
def webjobs_serve(  # noqa: PLR0913, PLR0917 - one argument an option
    home: Annotated[Path, typer.Argument(metavar="HOME", help="The folder that is /home in Azure.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0: a free one.", min=0, max=65535)] = 0,
    profile: Annotated[str, typer.Option(help="App Service to imitate: linux or windows.")] = "linux",
    generation: Annotated[str | None, typer.Option(help="NCrontab release; the profile's without.")] = None,
    env: Annotated[list[str] | None, typer.Option(metavar="K=V", help="App setting; K alone: as it is here.")] = None,
    restart_time: Annotated[
        int | None, typer.Option(metavar="S", min=0, help="Wait before a continuous job is restarted (60).")
    ] = None,
    idle_limit: Annotated[
        int | None, typer.Option(metavar="S", min=0, help="Silence after which a triggered run is ended (120).")
    ] = None,
    watch_debounce: Annotated[float, typer.Option(metavar="S", min=0, help="Quiet time after a change of files.")] = 5,
    singleton_retry: Annotated[float, typer.Option(metavar="S", min=0, help="Pause before a busy lock is tried.")] = 5,
    instance: Annotated[str | None, typer.Option(help="Name of a further instance on the same home.")] = None,
    temp: Annotated[Path | None, typer.Option(help="Folder for working copies.")] = None,
) -> None:
    """Serve one App Service home folder: its WebJobs and SCM site.

    It ends with SIGTERM. Jobs are below HOME/site/wwwroot/App_Data/jobs. When it is ready it prints one line of JSON
    with url and token; calls carry `Authorization: Bearer <token>`.
    """
    from oneplan.cli.webjobs import serve

    options = {
        "--port": port,
        "--profile": profile,
        "--generation": generation,
        "--restart-time": restart_time,
        "--idle-limit": idle_limit,
        "--watch-debounce": watch_debounce,
        "--singleton-retry": singleton_retry,
        "--instance": instance,
        "--temp": temp,
    }
    serve(home, options, env or [])
