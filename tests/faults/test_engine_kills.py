"""kill -9 of the program that serves a home, at random moments, while runs and schedules go on.

`make faults` kills a hundred times; CI, in passing, a few. FAULTS_KILLS and FAULTS_SEED say how often and when.
"""

import collections
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from emulator.webjobs import leftovers
from emulator.webjobs.locks import is_locked

pytestmark = pytest.mark.integration

KILLS = int(os.environ.get("FAULTS_KILLS", "3"))
SEED = int(os.environ.get("FAULTS_SEED", str(random.randrange(10**6))))
LIMIT_SECONDS = 60.0
TRIGGERED = 'echo "$WEBJOBS_RUN_ID" >> "$HOME/ledger"; sleep 300 & sleep 0.3; kill $!; echo done\n'
CONTINUOUS = 'echo "$$" >> "$HOME/loops"; setsid sleep 300 & wait\n'


class World:
    """A home with two scheduled jobs, one that is started by hand and a singleton, and what serves it."""

    def __init__(self, folder: Path) -> None:
        self.home, self.temp = folder / "home", folder / "temp"
        self.data = self.home / "data/jobs"
        self._job("triggered/tick", TRIGGERED, {"schedule": "* * * * * *"})
        self._job("triggered/tock", TRIGGERED, {"schedule": "*/2 * * * * *"})
        self._job("triggered/hand", TRIGGERED, {})
        self._job("continuous/loop", CONTINUOUS, {"is_singleton": True, "stopping_wait_time": 0})
        self.known: dict[str, set[str]] = collections.defaultdict(set)

    def _job(self, path: str, script: str, settings: dict) -> None:
        folder = self.home / "site/wwwroot/App_Data/jobs" / path
        folder.mkdir(parents=True)
        (folder / "run.sh").write_text(script)
        (folder / "settings.job").write_text(json.dumps(settings))

    def start(self) -> None:
        command = [sys.executable, "-m", "emulator", "webjobs", "serve", str(self.home), f"--temp={self.temp}"]
        options = ["--watch-debounce=0.05", "--restart-time=0", "--env=WEBJOBS_HISTORY_SIZE=100000"]
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        ready = json.loads(self.process.stdout.readline())
        self.url, self.token = ready["url"], ready["token"]

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(LIMIT_SECONDS)
        self.process.stdout.close()

    def ask(self, method: str, path: str):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=LIMIT_SECONDS) as answer:
            return json.loads(answer.read() or b"null")

    def processes(self) -> set[int]:
        """Whatever runs with a mark of this home."""
        mark = f"\0WEBJOBS_DATA_PATH={self.data}/".encode()
        return {pid for pid in leftovers._pids() if mark in b"\0" + leftovers._read(pid, "environ")}

    def check_history(self) -> None:
        """Every entry is whole, and none that was ever seen is gone."""
        for job in ("tick", "tock", "hand"):
            folder = self.data / "triggered" / job
            runs = {path.name for path in folder.glob("2*")} if folder.is_dir() else set()
            assert self.known[job] <= runs, f"{job}: lost {self.known[job] - runs}"
            for run in runs:
                status = json.loads((folder / run / "status").read_text())
                assert {"Trigger", "Status", "StartTime"} <= set(status), f"{job}/{run}: torn"
            self.known[job] |= runs

    def check_once(self) -> None:
        """No run was executed twice, and no second of a schedule has two runs."""
        executed = collections.Counter((self.home / "ledger").read_text().split())
        for job in ("tick", "tock"):
            folder = self.data / "triggered" / job
            starts = [json.loads((folder / run / "status").read_text())["StartTime"][:19] for run in self.known[job]]
            assert max(collections.Counter(starts).values(), default=1) == 1, f"{job}: twice in one second"
        # two jobs may share a run id (the same 0.1 ms), never one job
        owners = collections.Counter(run for runs in self.known.values() for run in runs)
        assert not {run for run, count in executed.items() if count > owners[run]}


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGKILL)


@pytest.mark.parametrize("seed", [SEED], ids=["seed"])
def test_nothing_runs_twice_gets_lost_or_stays_behind(world, seed):
    moments = random.Random(seed)
    for number in range(KILLS):
        world.start()
        deadline = time.monotonic() + moments.uniform(0.05, 2.0)
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                world.ask("POST", "/api/triggeredwebjobs/hand/run")
            time.sleep(0.05)
        world.end(signal.SIGKILL)

        until(lambda: world.processes() == set(), f"kill {number}: orphans")
        world.check_history()
        for lock in world.data.rglob("*.lock"):
            assert not is_locked(lock), f"kill {number}: {lock} is held by nobody that lives"

    world.start()
    until(lambda: world.ask("GET", "/api/continuouswebjobs/loop")["status"] == "Running", "the singleton runs again")
    assert len(world.processes()) > 0
    for job in ("tick", "tock", "hand"):
        stale = [run["status"] for run in world.ask("GET", f"/api/triggeredwebjobs/{job}/history")["runs"][1:]]
        assert set(stale) <= {"Success", "Aborted", "Initializing"}, job
    world.end(signal.SIGTERM)
    assert world.processes() == set()
    world.check_history()
    world.check_once()


def until(holds, what: str) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
