"""One home with a real engine, for the misfortunes of one job or one disk."""

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from emulator.webjobs import Engine, EngineOptions, leftovers

LIMIT_SECONDS = 60.0
QUICK = EngineOptions(
    scan_interval=timedelta(seconds=0.02),
    debounce=timedelta(seconds=0.02),
    root_retry=timedelta(seconds=0.02),
    idle_poll=timedelta(seconds=0.05),
)


class Site:
    """A home folder and its engine."""

    def __init__(self, home: Path, temp: Path) -> None:
        self.home, self.temp = home, temp
        self.data = home / "data/jobs"
        self.engine = Engine(
            home, temp, environment={"PATH": os.environ["PATH"]}, instance_id=f"f{os.getpid()}", options=QUICK
        )

    def job(self, path: str, script: str, settings: str = "{}") -> Path:
        folder = self.home / "site/wwwroot/App_Data/jobs" / path
        folder.mkdir(parents=True)
        (folder / "run.sh").write_text(script)
        (folder / "settings.job").write_text(settings)
        return folder

    async def run(self, name: str, script: str) -> tuple[str, str]:
        """Run a job to its end: status and log."""
        self.job(f"triggered/{name}", script)
        run = await self.engine.run(name)
        await self.until(lambda: self.engine.run_info(name, run).end is not None)
        found = self.engine.run_info(name, run)
        return found.status, found.output.read_text(errors="surrogateescape")

    def processes(self) -> set[int]:
        return leftovers.marked(f"f{os.getpid()}", str(self.data))

    @staticmethod
    async def until(holds) -> None:
        deadline = time.monotonic() + LIMIT_SECONDS
        while not holds():
            assert time.monotonic() < deadline, "waited too long"
            await asyncio.sleep(0.01)


@pytest.fixture
async def site(tmp_path):
    made = Site(tmp_path / "home", tmp_path / "temp")
    await made.engine.start()
    yield made
    await made.engine.stop(shutdown=False)
    assert made.processes() == set()


@pytest.fixture
def make_site(tmp_path):
    """A site whose home is elsewhere; not started."""
    return lambda home: Site(home, tmp_path / "temp")
