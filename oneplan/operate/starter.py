"""Starts and stops the local Azure, a program of its own that outlives the command that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from oneplan.errors import OperateError
from oneplan.operate.daemon import Daemon, State, is_alive
from oneplan.operate.http import Http, UnreachableError

START_LIMIT_SECONDS = 60.0
STOP_LIMIT_SECONDS = 45.0
"""Longer than the longest stop grace of a continuous job, so that jobs can end in peace."""

_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TMPDIR", "XDG_CACHE_HOME")
_KEPT_ANY_CASE = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
_KEPT_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What the local Azure inherits: what programs need, none of the shell's secrets or Python settings."""
    kept = {k: v for k, v in environment.items() if k in _KEPT or k in _KEPT_TRUST or k.startswith("LC_")}
    return kept | {k: v for k, v in environment.items() if k.lower() in _KEPT_ANY_CASE}


class Starter:
    """Starts and stops the local Azure of one project; clock, launcher and sleep can be replaced."""

    def __init__(
        self,
        root: Path,
        *,
        launch: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.root = root.resolve()
        self.state = State.of(root)
        self._launch = launch
        self._clock = clock
        self._sleep = sleep

    def start(self, limit: float = START_LIMIT_SECONDS) -> tuple[Daemon, bool]:
        """Returns it running, and whether it was started now; raises OperateError if it does not start."""
        running = self.state.find() or self._being_started(limit)
        if running is not None and self.state.token_file.is_file():
            return running, False
        if running is not None:
            self.stop()  # without its token nobody can talk to it; it makes another one when it starts
        self.state.folder.mkdir(exist_ok=True)
        with self.state.log_file.open("ab") as log:
            begin = log.tell()
            child = self._launch(
                [sys.executable, "-m", "emulator", "serve", "--root", str(self.state.folder)],
                cwd=self.root,
                env=clean_environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self._wait_until_ready(child, begin, limit), True

    def _being_started(self, limit: float) -> Daemon | None:
        """One that another command starts, or stops, at this moment: waits for what becomes of it."""
        deadline = self._clock() + limit
        while self.state.holder() and self._clock() < deadline:
            daemon = self.state.find()
            if daemon is not None:
                return daemon
            self._sleep(0.05)
        return None

    def _wait_until_ready(self, child: subprocess.Popen[bytes], begin: int, limit: float) -> Daemon:
        deadline = self._clock() + limit
        while self._clock() < deadline:
            daemon = self.state.find()
            if daemon is not None:
                return daemon
            code = child.poll()
            if code is not None:
                raise OperateError(
                    self._why(begin) or f"local Azure: ended with exit code {code} while starting; see {self._log}"
                )
            self._sleep(0.02)
        child.terminate()
        raise OperateError(f"local Azure: not ready after {limit:.0f} s; see {self._log}")

    def _why(self, begin: int) -> str:
        """The last line it printed in this start."""
        with self.state.log_file.open("rb") as log:
            log.seek(begin)
            lines = log.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    @property
    def _log(self) -> str:
        return f"{self.state.folder.name}/{self.state.log_file.name}"

    def stop(self, limit: float = STOP_LIMIT_SECONDS) -> str:
        """Stops it and says how: `not running`, `stopped` or `killed` (when it did not end in time)."""
        daemon = self.state.find()
        if daemon is None:
            (self.state.folder / "daemon.json").unlink(missing_ok=True)
            return "not running"
        self._ask_to_stop(daemon)
        if self._gone(daemon.pid, limit):
            return "stopped"
        os.kill(daemon.pid, signal.SIGKILL)
        self._gone(daemon.pid, 5.0)
        (self.state.folder / "daemon.json").unlink(missing_ok=True)
        return "killed"

    def _ask_to_stop(self, daemon: Daemon) -> None:
        http = Http()
        try:
            token = self.state.token_file.read_text().strip()
            answer = http.request(
                "POST", f"{daemon.control_url}/shutdown", headers={"Authorization": f"Bearer {token}"}
            )
            asked = answer.status < 400
        except (OSError, UnreachableError):
            asked = False
        finally:
            http.close()
        if not asked and is_alive(daemon.pid):
            os.kill(daemon.pid, signal.SIGTERM)

    def _gone(self, pid: int, limit: float) -> bool:
        deadline = self._clock() + limit
        while is_alive(pid) or self.state.holder():
            if self._clock() > deadline:
                return False
            self._sleep(0.02)
        return True
