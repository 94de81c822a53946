"""The engine's end of the guard process (why there is one: see leftovers.py)."""

import secrets
import subprocess
import sys
from pathlib import Path

from emulator.webjobs import leftovers


class Guard:
    """Ends the jobs of some homes when this process dies. It starts with the first process it is told of."""

    def __init__(self) -> None:
        self.engine = secrets.token_hex(8)
        """Stands in the environment of what this engine starts."""
        self._process: subprocess.Popen[str] | None = None
        self._homes: set[tuple[str, str]] = set()
        self._groups: set[int] = set()

    def watch_home(self, instance_id: str, data: Path) -> None:
        """Add all jobs of a home, as one instance runs them."""
        self._homes.add((instance_id, str(data)))
        if self._process is not None:
            self._tell(f"home\t{instance_id}\t{data}")

    def watch(self, group: int) -> None:
        """Add a process group."""
        self._groups.add(group)
        self._tell(f"+\t{group}")

    def forget(self, group: int) -> None:
        """Take a process group that has ended off the list."""
        self._groups.discard(group)
        if self._process is not None:
            self._tell(f"-\t{group}")

    def close(self) -> None:
        """End the guard; what it still watches is killed."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        process.wait()

    def _tell(self, line: str) -> None:
        try:
            self._write(line)
        except OSError:
            # somebody killed the guard: a new one learns everything from the start
            self._process = None
            self._write(line)

    def _write(self, line: str) -> None:
        if self._process is None:
            self._process = self._start()
            known = [f"home\t{instance}\t{data}" for instance, data in sorted(self._homes)]
            lines = [f"engine\t{self.engine}", *known, *(f"+\t{group}" for group in sorted(self._groups))]
        else:
            lines = [line]
        if self._process.stdin is not None:
            self._process.stdin.write("".join(f"{text}\n" for text in lines))
            self._process.stdin.flush()

    @staticmethod
    def _start() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-I", "-S", leftovers.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            cwd="/",
            env={},
        )
