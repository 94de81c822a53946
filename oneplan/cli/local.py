"""`oneplan local …`: the local Azure's life."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from datetime import datetime
from pathlib import Path

from oneplan.cli.exits import CommandFailedError
from oneplan.cli.lock import UP_LOCK, only_one
from oneplan.cli.project import find_root
from oneplan.cli.screen import done, err, step, warn
from oneplan.cli.times import moment
from oneplan.operate.daemon import Daemon, State
from oneplan.operate.starter import Starter

KEPT_ON_RESET = frozenset({"cache", "packages", UP_LOCK})
"""What `reset` leaves: it holds nothing but what can be made again, at a cost."""


def start() -> None:
    """Starts the local Azure and waits until it is ready."""
    daemon, was_started = start_quietly(Starter(find_root()))
    if not was_started:
        now = datetime.now().astimezone()
        since = moment(datetime.fromisoformat(daemon.started), now)
        done(f"local Azure runs already (pid {daemon.pid}, since {since})")
    err().print(f"  provider on port {daemon.provider_port}, ARM at {daemon.arm_url}", style="dim")


def start_quietly(starter: Starter) -> tuple[Daemon, bool]:
    """The running local Azure, started when needed, and whether it was; says so only then."""
    with step("Starting the local Azure") as watch:
        daemon, was_started = starter.start()
    if was_started:
        done("local Azure is up", seconds=watch.seconds)
    return daemon, was_started


def stop() -> None:
    """Stops the local Azure."""
    stop_quietly(Starter(find_root()))


def stop_quietly(starter: Starter) -> None:
    """Stops it and says how that went."""
    with step("Stopping the local Azure") as watch:
        how = starter.stop()
    match how:
        case "not running":
            done("local Azure is not running")
        case "stopped":
            done("local Azure is stopped", seconds=watch.seconds)
        case _:
            warn(
                f"local Azure: did not end within {watch.seconds:.0f} s and was killed; its state is safe,"
                " the next start finds what is left"
            )


def env(*, as_json: bool) -> None:
    """Prints the variables for plain `pulumi`."""
    from oneplan.cli.engine import find_pulumi, local_variables
    from oneplan.errors import OperateError

    root = find_root()
    state = State.of(root)
    daemon = state.require()
    try:
        pulumi = find_pulumi(root, state)
    except OperateError as error:
        warn(str(error))
        pulumi = None
    variables = local_variables(daemon, state, pulumi, os.environ.get("PATH", ""))
    (state.folder / "pulumi").mkdir(exist_ok=True)  # Pulumi wants its backend's folder to be there
    if as_json:
        print(json.dumps(variables, indent=2))
        return
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")


def reset(*, yes: bool) -> None:
    """Stops the local Azure and deletes what it holds, after a question."""
    root = find_root()
    state = State.of(root)
    doomed = _doomed(state.folder)
    if not doomed:
        done(f"there is nothing in {state.folder.name}/ to forget")
        return
    if not yes:
        _ask(f"Delete the local stacks, sites, queues and blobs in {state.folder}?")
    with only_one(state.folder / UP_LOCK, "local reset"):
        stop_quietly(Starter(root))
        for path in doomed:
            _delete(path)
    done(f"{state.folder.name}/ is empty, but for caches")


def _doomed(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.name not in KEPT_ON_RESET)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)  # the local Azure may have taken it with it


def _ask(question: str) -> None:
    import typer

    if not typer.confirm(question, err=True):
        err().print("nothing was changed")
        raise CommandFailedError
