"""Nothing outlives the daemon, even when it is killed with -9.

Two nets. The reaper is a small shell that holds one end of a pipe: when the daemon is gone the pipe ends, and
the shell ends the process groups it was last told of. Should the reaper be killed too, the next start looks
for processes whose environment names a site of this state folder, and ends those.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
_SCRIPT = """
trap '' INT TERM HUP
groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
[ -z "$groups" ] || sleep 1
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
"""


class Reaper:
    """Ends process groups when this process dies."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the daemon's terminal must not reach it
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
        )

    def watch(self, group: int) -> None:
        """From now on this process group ends with us."""
        self._groups.add(group)
        self._tell()

    def forget(self, group: int) -> None:
        """The group has ended; its number may be given to others."""
        self._groups.discard(group)
        self._tell()

    def close(self) -> None:
        """Lets the shell go, ending what is still watched."""
        if self._shell.stdin is not None:
            with suppress(OSError):
                self._shell.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._shell.wait(timeout=3)

    def _tell(self) -> None:
        line = " ".join(str(group) for group in sorted(self._groups)) + "\n"
        if self._shell.stdin is not None:
            with suppress(OSError):  # somebody ended the shell: the second net remains
                os.write(self._shell.stdin.fileno(), line.encode())


def end_leftovers(sites: Path, *, proc: Path = PROC) -> tuple[int, ...]:
    """Kills what an earlier daemon left running for the sites below `sites`; returns the process ids.

    To be called while the daemon's lock is held: then every process that names such a home is a leftover.
    """
    found = tuple(sorted(_processes_of(sites, proc)))
    for pid in found:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return found


def _processes_of(sites: Path, proc: Path) -> Iterable[int]:
    home = f"HOME={sites}/".encode()
    for entry in proc.glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile, or another user's
        is_site = any(variable.startswith(b"WEBSITE_SITE_NAME=") for variable in variables)
        if is_site and any(variable.startswith(home) for variable in variables):
            yield int(entry.name)
