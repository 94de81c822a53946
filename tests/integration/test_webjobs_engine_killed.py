"""What is left when the engine is killed: nothing that runs, and a history that tells the truth."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emulator.webjobs import Engine, SystemLauncher, leftovers

pytestmark = pytest.mark.integration

PROGRAM = """
import asyncio, os, sys
from datetime import timedelta
from pathlib import Path
from emulator.webjobs import Engine, EngineOptions

async def main():
    home = Path(sys.argv[1])
    engine = Engine(home, home / "temp", environment=dict(os.environ), instance_id=sys.argv[2],
                    options=EngineOptions(debounce=timedelta(0), scan_interval=timedelta(seconds=0.05)))
    await engine.start()
    await engine.rescan()
    await engine.run("once")
    await asyncio.sleep(60)

asyncio.run(main())
"""

SCRIPT = """
trap '' TERM HUP
setsid sleep 300 &
env -i /bin/sleep 301 &
echo $! > "$WEBJOBS_DATA_PATH/bare"
wait
"""


@pytest.fixture
def killed(tmp_path):
    """A home whose engine was killed while two jobs ran; its instance, and the pid of a bare child."""
    instance = f"k{os.getpid()}"
    for job in ("continuous/loop", "triggered/once"):
        folder = tmp_path / "site/wwwroot/App_Data/jobs" / job
        folder.mkdir(parents=True)
        (folder / "run.sh").write_text(SCRIPT)
    data = tmp_path / "data/jobs"
    engine = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path), instance], cwd=Path.cwd())
    try:
        _until(lambda: len(leftovers.marked(instance, str(data))) >= 4)
        _until(lambda: (data / "triggered/once/bare").exists() and (data / "continuous/loop/bare").exists())
        _until(lambda: (data / "triggered/once/bare").read_text().strip() != "")
    finally:
        engine.send_signal(signal.SIGKILL)
        engine.wait()
    return tmp_path, instance, int((data / "triggered/once/bare").read_text())


def test_no_process_of_a_job_survives_the_engine(killed):
    home, instance, bare = killed

    _until(lambda: leftovers.marked(instance, str(home / "data/jobs")) == set())
    _until(lambda: leftovers.stat(bare) is None or leftovers.stat(bare)[0] == "Z")


async def test_the_interrupted_run_reads_aborted_and_locks_are_free(killed):
    home, instance, _ = killed
    engine = Engine(home, home / "temp", environment=dict(os.environ), instance_id=instance)

    (run,) = engine.history("once")

    assert run.status == "Aborted"
    assert json.loads((run.folder / "status").read_text())["Status"] == "Running"
    await engine.start()
    assert await engine.run("once") > run.id
    await engine.stop(shutdown=False)
    assert leftovers.marked(instance, str(home / "data/jobs")) == set()


async def test_leftovers_of_a_killed_guard_end_at_the_next_start(tmp_path):
    """The guard may be killed with the engine: then the next engine clears up."""
    data = tmp_path / "data/jobs"
    environment = {
        "WEBSITE_INSTANCE_ID": "left",
        "WEBJOBS_DATA_PATH": str(data / "continuous/gone"),
    }
    orphan = subprocess.Popen(["/bin/sleep", "300"], env=environment, start_new_session=True)
    stranger = subprocess.Popen(
        ["/bin/sleep", "300"], env={**environment, "WEBSITE_INSTANCE_ID": "other"}, start_new_session=True
    )
    _until(lambda: leftovers.marked("left", str(data)) != set())
    engine = Engine(tmp_path, tmp_path / "temp", environment={}, instance_id="left")

    await engine.start()
    ended, spared = orphan.wait(timeout=60), stranger.poll()
    await engine.stop()
    stranger.kill()
    stranger.wait()

    assert (ended, spared) == (-signal.SIGKILL, None)


async def test_a_guard_that_was_killed_is_replaced(tmp_path):
    launcher = SystemLauncher()
    launcher.watch_home("one", tmp_path)
    launcher._guard.watch(2**22 + 1)
    first = launcher._guard._process
    first.kill()
    first.wait()

    launcher._guard.forget(2**22 + 1)

    assert launcher._guard._process.pid != first.pid
    assert launcher._guard._process.poll() is None
    await launcher.close()


def _until(holds, limit=60.0):
    deadline = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
