"""`oneplan up`, `preview` and `down`: the local Azure, Pulumi, and the wait for the sites, in one go."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oneplan.cli.backend import FileBackend
from oneplan.cli.build import build_stale
from oneplan.cli.cost import over_budget, summary
from oneplan.cli.engine import Engine, find_pulumi, local_variables
from oneplan.cli.exits import CommandFailedError
from oneplan.cli.local import start_quietly, stop_quietly
from oneplan.cli.lock import UP_LOCK, only_one
from oneplan.cli.problems import show_warnings
from oneplan.cli.project import DEFAULT_STACK, load_manifest
from oneplan.cli.recovery import clear_interrupted, clear_locks, refresh_options
from oneplan.cli.renames import renames
from oneplan.cli.screen import Stopwatch, complain, done, err, step, warn
from oneplan.errors import OperateError
from oneplan.operate.control import restore
from oneplan.operate.daemon import Daemon, State
from oneplan.operate.starter import Starter

if TYPE_CHECKING:
    from oneplan.manifest import Manifest
    from oneplan.operate.readiness import Readiness

DYING_SECONDS = 0.3
LOG_LINES = 15
"""How much of a dead app's log is shown."""


@dataclass
class Stage:
    """What a deployment works with."""

    manifest: Manifest
    engine: Engine
    state: State
    daemon: Daemon | None
    """The local Azure; None when the stack is in Azure."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Time spent, by phase."""

    @property
    def backend(self) -> FileBackend:
        """Where the local stacks' state is."""
        return FileBackend.of(self.manifest.root)


def up(stack: str, *, yes: bool, extra: Sequence[str]) -> None:
    """Brings the stack up and shows what runs; raises when it does not."""
    manifest = load_manifest(stack)
    show_warnings(manifest.warnings)
    with only_one(State.of(manifest.root).folder / UP_LOCK, "up"):
        build_stale(manifest)
        stage = _prepare(manifest)
        if stage.daemon is None:
            done(f"in Azure, {summary(manifest)}")
            if above := over_budget(manifest):
                warn(above)
        _show_renames(stage)
        _deploy(stage, [*_without_questions(manifest, yes=yes), *_refresh(stage)], extra)
        _wait_for_sites(stage)


def preview(stack: str, *, extra: Sequence[str]) -> None:
    """Shows what `up` would change."""
    manifest = load_manifest(stack)
    show_warnings(manifest.warnings)
    stage = _prepare(manifest)
    _show_renames(stage)
    code = stage.engine("preview", *_refresh(stage), *extra)
    _check(stage, "preview", code)


def down(stack: str, *, yes: bool) -> None:
    """Removes what the stack has and stops the local Azure."""
    manifest = load_manifest(stack)
    state = State.of(manifest.root)
    with only_one(state.folder / UP_LOCK, "down"):
        if manifest.target == "local" and not FileBackend.of(manifest.root).has(stack):
            stop_quietly(Starter(manifest.root))
            done(f"nothing is left of {stack}: it was never up")
            return
        stage = _prepare(manifest)
        code = stage.engine("destroy", *(["--yes", "--skip-preview"] if stage.daemon or yes else []))
        _check(stage, "destroy", code)
        if stage.daemon is None:
            done(f"nothing is left of {stack}")
            return
        left = stage.backend.resources(stack)
        stop_quietly(Starter(manifest.root))
        if left:
            raise OperateError(f"stack {stack}: {left} resources are left; run `oneplan down` again")
        done(f"nothing is left of {stack}: no resource, process or port")


def _prepare(manifest: Manifest) -> Stage:
    """Finds Pulumi, starts the local Azure when the stack is here, makes the stack when it is new."""
    state = State.of(manifest.root)
    pulumi = find_pulumi(manifest.root, state)
    watch = Stopwatch()
    daemon = start_quietly(Starter(manifest.root))[0] if manifest.target == "local" else None
    variables: dict[str, str] = {}
    if daemon is not None:
        variables = local_variables(daemon, state, pulumi, os.environ.get("PATH", ""))
        (state.folder / "pulumi").mkdir(exist_ok=True)
    stage = Stage(manifest, Engine(manifest.root, manifest.stack, pulumi, variables), state, daemon)
    stage.seconds["local Azure"] = watch.seconds
    if daemon is not None:
        stage.backend.require_readable(manifest.stack)
        clear_locks(stage.backend, manifest.stack, stage.engine)
        clear_interrupted(stage.backend, manifest.stack, stage.engine)
    if daemon is None or not stage.backend.has(manifest.stack):
        stage.engine.select()
    return stage


def _show_renames(stage: Stage) -> None:
    """Warns of what Azure cannot rename, by the outputs of the last `up`."""
    outputs = stage.engine.outputs() if stage.daemon is None else stage.backend.outputs(stage.manifest.stack)
    for each in renames(outputs, stage.manifest):
        warn(each)


def _refresh(stage: Stage) -> list[str]:
    """The options that bring back what the local Azure lost, after it has put back what it can by itself."""
    if stage.daemon is None:
        return []
    return refresh_options(stage.backend, restore(stage.daemon, stage.state))


def _without_questions(manifest: Manifest, *, yes: bool) -> list[str]:
    """This machine costs nothing: no preview, no question. In Azure Pulumi shows the changes and asks."""
    if manifest.target == "local":
        return ["--yes", "--skip-preview", "--suppress-outputs"]  # the tables say it
    return ["--yes"] if yes else []


def _deploy(stage: Stage, options: Sequence[str], extra: Sequence[str]) -> None:
    watch = Stopwatch()
    code = stage.engine("up", *options, *extra)
    stage.seconds["pulumi"] = watch.seconds
    _check(stage, "up", code)


def _check(stage: Stage, verb: str, code: int) -> None:
    """Raises OperateError when Pulumi failed; a local Azure that died meanwhile is the likelier reason."""
    if code == 0:
        return
    daemon = stage.daemon
    if daemon is not None and _is_ending(stage.state, daemon):
        raise OperateError(
            f"local Azure: ended while pulumi was at work (it was pid {daemon.pid});"
            " its log is .oneplan/daemon.log; nothing is lost, run the command again"
        )
    if code < 0:
        raise OperateError(f"pulumi {verb}: was ended by signal {-code}; nothing is lost, run the command again")
    raise OperateError(f"pulumi {verb}: exit code {code}; its messages are above")


def _is_ending(state: State, daemon: Daemon) -> bool:
    """Whether it is gone or stopping, or goes within a moment: Pulumi sees its connection close before it is."""
    watch = Stopwatch()
    while state.find() == daemon:
        if watch.seconds > DYING_SECONDS:
            return False
        time.sleep(0.02)
    return True


def _wait_for_sites(stage: Stage) -> None:
    from oneplan.cli.status import show
    from oneplan.operate import connect, wait_until_ready
    from oneplan.operate.truth import wait_until_true

    plane = connect(stage.manifest)
    with step("Waiting for the sites") as watch:
        seen = wait_until_ready(plane, on_change=lambda now: watch.show(_progress(now)))
    bad = [each for each in seen if each.outcome != "ready"]
    with step("Waiting for the jobs") as jobs_watch:
        found = wait_until_true(plane, limit=0 if bad else None)
    stage.seconds["sites"] = watch.seconds + jobs_watch.seconds
    show(found.status, plane.zone)
    spent = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in stage.seconds.items())
    lost = restore(stage.daemon, stage.state).problems if stage.daemon else ()
    problems = (*found.faults, *lost)
    if not bad and not problems:
        done(f"{stage.manifest.stack} is up  ({spent})")
        option = "" if stage.manifest.stack == DEFAULT_STACK else f" --stack {stage.manifest.stack}"
        err().print(f"`oneplan dashboard{option}` shows and steers it in the browser", style="dim", markup=False)
        return
    for each in bad:
        _explain(each)
    for problem in problems:
        complain(problem)
    err().print(f"time: {spent}", style="dim")
    raise CommandFailedError


def _progress(seen: Sequence[Readiness]) -> str:
    waiting = ", ".join(each.site.app for each in seen if each.outcome == "starting")
    return f"Waiting for {waiting}" if waiting else "Waiting for the sites"


def _explain(each: Readiness) -> None:
    """Why an app is not there, and the last it said."""
    tail = each.state.log_tail[-LOG_LINES:] if each.state else ()
    if tail:
        err().print(f"the last lines of {each.site.app}:", style="dim")
        for line in tail:
            err().print(f"  {line}", markup=False)
    does = "did not start" if each.outcome == "failed" else "is not ready yet"
    complain(f"app {each.site.app}: {does}: {each.reason}; its log is at {each.site.scm_url}/api/logstream")
