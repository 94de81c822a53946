"""Jobs that misbehave, and disks that do: the engine goes on, and says what it can."""

import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest

from emulator.webjobs import JobConflict, JobType
from emulator.webjobs.locks import is_locked

pytestmark = pytest.mark.integration


async def test_job_that_forks_and_exits_ends_and_its_child_is_left_to_the_next_run(site):
    """Kudu: the pipes of a surviving child are read until they are silent; the next recopy kills it."""
    status, _ = await site.run("forks", "setsid sleep 300 >/dev/null 2>&1 &\nexit 0\n")

    assert status == "Success"
    assert len(site.processes()) == 1


async def test_job_that_ignores_signals_ends_with_the_engine(site):
    site.job("continuous/deaf", "trap '' TERM INT HUP\nwhile :; do sleep 0.05; done\n", '{"stopping_wait_time": 0}')
    await site.until(lambda: len(site.processes()) > 0)

    await site.engine.stop(shutdown=False)

    assert site.processes() == set()


async def test_binary_output_and_a_line_without_an_end_are_logged(site):
    status, text = await site.run("binary", "head -c 100000 /dev/urandom; printf '\\nthe end'\n")

    assert status == "Success"
    assert "INFO] the end\n" in text


async def test_endless_line_does_not_fill_the_memory(site):
    status, text = await site.run("long", "head -c 5000000 /dev/zero | tr '\\0' x\n")

    longest = max(len(line) for line in text.splitlines())
    assert (status, longest < 2 * (1 << 20)) == ("Success", True)


async def test_job_that_closes_its_output_runs_to_its_end(site):
    status, text = await site.run("mute", "exec >&- 2>&-; sleep 0.2; exit 5\n")

    assert (status, "exit code 5" in text) == ("Failed", True)


async def test_read_only_job_folder_runs_and_refuses_changes(site, disk):
    site.job("triggered/fixed", "echo hello\n")
    folder = site.home / "site/wwwroot/App_Data/jobs/triggered/fixed"
    disk.mount(folder, read_only=True)

    run = await site.engine.run("fixed")
    await site.until(lambda: site.engine.run_info("fixed", run).end is not None)
    with pytest.raises(OSError):
        await site.engine.put_settings("fixed", JobType.TRIGGERED, {"a": 1})

    assert site.engine.run_info("fixed", run).status == "Success"


class Disk:
    """Mounts file systems of one megabyte, as long as the test goes on."""

    def __init__(self) -> None:
        self.mounted: list[Path] = []

    def mount(self, folder: Path, *, read_only: bool = False) -> None:
        """Put one over a folder; what was in the folder is in it."""
        aside = folder.with_name(f"{folder.name}-aside")
        shutil.copytree(folder, aside)
        self._call("mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder))
        self.mounted.append(folder)
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        shutil.rmtree(aside)
        if read_only:
            self._call("mount", "-o", "remount,ro", str(folder))

    def unmount(self) -> None:
        for folder in self.mounted:
            self._call("umount", "-l", str(folder))

    @staticmethod
    def _call(*command: str) -> None:
        if shutil.which(command[0]) is None or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip(f"no right to {command[0]} here")


@pytest.fixture
def disk():
    made = Disk()
    yield made
    made.unmount()


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast


async def test_full_disk_refuses_runs_and_frees_their_lock(disk, make_site, tmp_path):
    """Once there is room again, the next run is a run like any other."""
    site = make_site(tmp_path / "home")
    site.job("triggered/once", "echo hello\n")
    disk.mount(site.home)
    await site.engine.start()
    ballast = fill(site.home)

    with pytest.raises((OSError, JobConflict)):
        await site.engine.run("once")
    ballast.unlink()
    run = await site.engine.run("once")
    await site.until(lambda: site.engine.run_info("once", run).end is not None)
    history = site.engine.history("once")
    await site.engine.stop()

    assert [entry.status for entry in history] == ["Success"]


async def test_disk_that_fills_up_during_a_run_ends_the_run_and_frees_the_lock(disk, make_site, tmp_path):
    """What it printed is lost, and its end may be; the engine goes on."""
    site = make_site(tmp_path / "home")
    site.job("triggered/once", 'until [ -e "$HOME/go" ]; do sleep 0.02; done; head -c 200000 /dev/zero | tr "\\0" x\n')
    disk.mount(site.home)
    await site.engine.start()
    run = await site.engine.run("once")
    await site.until(lambda: len(site.processes()) > 0)
    (site.home / "go").touch()
    ballast = fill(site.home)
    await site.until(lambda: not is_locked(site.data / "triggered/once/triggeredJob.lock"))
    ballast.unlink()
    first = site.engine.run_info("once", run).status

    again = await site.engine.run("once")
    await site.until(lambda: site.engine.run_info("once", again).end is not None)
    await site.engine.stop()

    assert first in {"Success", "Aborted"}
    assert site.engine.run_info("once", again).status == "Success"
