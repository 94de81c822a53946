"""One site with faked time and processes, as the conformance tests of the jobs engine see it."""

import json
from pathlib import Path

import pytest

from emulator.webjobs import Engine, EngineOptions, JobType
from emulator.webjobs.testing import FakeLauncher, ManualClock, inline, settle

INSTANCE = "543efe0123456789"


class World:
    """A HOME folder, a clock, a launcher, and an engine once it is started."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.temp = folder / "temp"
        self.primary = self.home / "site" / "wwwroot" / "App_Data" / "jobs"
        self.secondary = self.home / "site" / "jobs"
        self.data = self.home / "data" / "jobs"
        self.clock = ManualClock()
        self.launcher = FakeLauncher()
        self.engines: list[Engine] = []
        self.bin = folder / "bin"
        self.bin.mkdir()
        for program in ("python", "php", "node", "pwsh"):
            (self.bin / program).touch(mode=0o755)

    @property
    def engine(self) -> Engine:
        return self.engines[-1]

    def job(self, path: str, *, root: Path | None = None, settings: object = None, **files: str) -> Path:
        """Write a job's folder; without files it gets a run.sh. `run_sh=` names the file run.sh."""
        folder = (root or self.primary) / path
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (files or {"run_sh": "echo hello\n"}).items():
            (folder / name.replace("_", ".")).write_text(content)
        if settings is not None:
            text = settings if isinstance(settings, str) else json.dumps(settings)
            (folder / "settings.job").write_text(text)
        return folder

    def make_engine(self, *, instance: str = INSTANCE, options: EngineOptions | None = None, **env: str) -> Engine:
        engine = Engine(
            self.home,
            self.temp,
            environment={"PATH": str(self.bin), **env},
            instance_id=instance,
            options=options,
            clock=self.clock,
            launcher=self.launcher,
            offload=inline,
        )
        self.engines.append(engine)
        return engine

    async def start(self, **env: str) -> Engine:
        """Start an engine and let the debounce pass."""
        engine = self.make_engine(**env)
        await engine.start()
        await self.clock.advance(5)
        return engine

    async def finish(self, code: int = 0) -> None:
        """End the newest process."""
        self.launcher.last.exit(code)
        await settle()

    def lines(self, path: str) -> list[str]:
        """A log's lines below data/jobs, without time and instance."""
        file = self.data / path
        if not file.exists():
            return []
        text = file.read_bytes().decode()
        return [line.partition(": ")[2] for line in text.split("\r\n") if line]

    def continuous_log(self, name: str) -> list[str]:
        return self.lines(f"continuous/{name}/job_log.txt")

    def run_log(self, name: str, run: str) -> list[str]:
        return self.lines(f"triggered/{name}/{run}/output_log.txt")

    def scheduler_log(self, name: str) -> list[str]:
        return self.lines(f"triggered/{name}/job_scheduler.log")

    def status(self, name: str) -> str:
        return self.engine.continuous(name).status

    def names(self, type: JobType) -> list[str]:
        return [job.name for job in self.engine.jobs() if job.type == type]


@pytest.fixture
async def world(tmp_path):
    made = World(tmp_path)
    yield made
    for engine in made.engines:
        await engine.stop(shutdown=False)
