"""Finds and kills the processes of a home's jobs; as a program, it does so when the engine dies.

Decision: how jobs end when the engine is killed.

Context. A killed engine cannot stop its jobs, and a job that outlives it would run twice after the next
start.

Decision. One guard process a launcher. It holds the reading end of a pipe whose writing end only the engine
has; end of file means that the engine is gone, however it went. The guard then kills the process groups it
was told of, and every process whose environment carries this home's WEBJOBS_DATA_PATH, which Kudu's engine
sets on each job. At the next start the engine does the second half again, in case the guard was killed too.

Rejected. PR_SET_PDEATHSIG reaches only the direct child (a shell's children live on), follows the thread
that forked rather than the process, and needs code between fork and exec. A pipe inherited by the job itself
does not survive shells and programs that close descriptors.

It imports nothing of ours, so that it starts in a few milliseconds as ``python -I -S leftovers.py``.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial

PROC = "/proc"
LOOK_AGAIN_SECONDS = 0.05
ENGINE_VARIABLE = "ONEPLAN_ENGINE"
"""In the environment of each job: which engine started it, so that a late guard spares the next engine's jobs."""


def marked(instance_id: str, data_path: str, engine: str = "") -> set[int]:
    """Processes of the jobs whose data folder is, or is below, that path, on that instance.

    Args:
        engine: only those that this very engine started; empty: whoever did.
    """
    instance = f"\0WEBSITE_INSTANCE_ID={instance_id}\0".encode()
    exact = f"\0WEBJOBS_DATA_PATH={data_path}\0".encode()
    below = f"\0WEBJOBS_DATA_PATH={data_path}/".encode()
    starter = f"\0{ENGINE_VARIABLE}={engine}\0".encode() if engine else b"\0"
    found = set()
    for pid in _pids():
        environment = b"\0" + _read(pid, "environ") + b"\0"
        if instance in environment and starter in environment and (exact in environment or below in environment):
            found.add(pid)
    return found


def tree(root: int) -> set[int]:
    """A process, its descendants, and whatever else is in the session or group it leads."""
    found = {root}
    table = {pid: fields for pid in _pids() if (fields := stat(pid)) is not None}
    grew = True
    while grew:
        more = {
            pid
            for pid, (state, parent, group, session) in table.items()
            if state != "Z" and pid not in found and (parent in found or root in {group, session})
        }
        found |= more
        grew = bool(more)
    return {pid for pid in found if pid in table and table[pid][0] != "Z"}


def stat(pid: int) -> tuple[str, int, int, int] | None:
    """State, parent, process group and session of a process."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    if len(fields) < 4:
        return None
    return fields[0].decode(), int(fields[1]), int(fields[2]), int(fields[3])


def cpu_ticks(pids: Iterable[int]) -> int:
    """Processor time of processes and their ended children, in clock ticks."""
    total = 0
    for pid in pids:
        fields = _read(pid, "stat").rpartition(b")")[2].split()
        total += sum(int(field) for field in fields[11:15])
    return total


def kill_all(find: Callable[[], set[int]], *, looks: int = 1, sleep: Callable[[float], None] = time.sleep) -> int:
    """Kill what is found until nothing new is, `looks` times in a row; returns how many were killed.

    A process that is just starting a program has no environment to be found by for a moment: who must miss none
    looks more than once, with a pause between.
    """
    killed: set[int] = set()
    quiet = 0
    while quiet < looks:
        if quiet:
            sleep(LOOK_AGAIN_SECONDS)
        new = find() - killed - {os.getpid()}
        for pid in sorted(new):  # parents first: a shell that sees its child die goes on with its next line
            _kill(os.kill, pid)
        killed |= new
        quiet = 0 if new else quiet + 1
    return len(killed)


def kill_group(group: int) -> None:
    """Kill a process group if it still exists."""
    _kill(os.killpg, group)


def _kill(send: Callable[[int, int], None], pid: int) -> None:
    try:
        send(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _pids() -> list[int]:
    try:
        return [int(name) for name in os.listdir(PROC) if name.isdigit()]  # noqa: PTH208 - starts faster
    except OSError:
        return []


def _read(pid: int, what: str) -> bytes:
    try:
        with open(f"{PROC}/{pid}/{what}", "rb") as file:  # noqa: PTH123 - starts faster without pathlib
            return file.read()
    except OSError:
        return b""


def guard(lines: Iterable[str]) -> None:
    """Remember what the engine says until it falls silent, then kill what is left.

    Lines are ``engine <tab> name``, ``home <tab> instance <tab> data folder``, ``+ <tab> group`` and
    ``- <tab> group``.
    """
    engine = ""
    groups: set[int] = set()
    homes: set[tuple[str, str]] = set()
    for line in lines:
        match line.rstrip("\n").split("\t"):
            case ["+", group]:
                groups.add(int(group))
            case ["-", group]:
                groups.discard(int(group))
            case ["engine", name]:
                engine = name
            case ["home", instance, data_path]:
                homes.add((instance, data_path))
    for group_id in groups:
        kill_group(group_id)
    for instance_id, path in homes:
        kill_all(partial(marked, instance_id, path, engine), looks=3)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    guard(sys.stdin)
