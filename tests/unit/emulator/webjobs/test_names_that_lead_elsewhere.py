"""A job's name never leads out of the jobs' folder, whoever asks."""

from pathlib import Path

import pytest

from emulator.webjobs import Engine, JobNotFound, JobType


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in ("site/wwwroot/App_Data/jobs/triggered/job1", "data/jobs/triggered/job1"):
        (tmp_path / "home" / folder).mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def engine(home: Path, tmp_path: Path) -> Engine:
    return Engine(home, tmp_path / "temp", environment={}, instance_id="ab" * 32)


@pytest.mark.parametrize("name", ["..", ".", "", "../triggered", "a\\b", "a\0"])
async def test_nothing_is_deleted_written_or_read(engine: Engine, home: Path, name: str) -> None:
    before = sorted(home.rglob("*"))

    with pytest.raises(JobNotFound):
        await engine.delete(name, JobType.TRIGGERED)
    with pytest.raises(JobNotFound):
        await engine.put(name, JobType.TRIGGERED, home, file_name="run.sh", is_archive=False)
    with pytest.raises(JobNotFound):
        await engine.put_settings(name, JobType.TRIGGERED, {})
    with pytest.raises(JobNotFound):
        engine.history(name)
    with pytest.raises(JobNotFound):
        engine.run_info(name, "job1")

    assert sorted(home.rglob("*")) == before
