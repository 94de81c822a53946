"""Long lists of jobs leave others their turn."""

import asyncio

from emulator.webjobs import Engine, JobType
from emulator.webjobs.engine import VIEWS_A_TURN


async def test_others_have_their_turn_while_many_jobs_are_looked_at(tmp_path):
    """9.2: a list of a thousand jobs must not keep a request for one waiting."""
    for number in range(VIEWS_A_TURN * 3):
        folder = tmp_path / f"site/wwwroot/App_Data/jobs/triggered/job{number:03}"
        folder.mkdir(parents=True)
        (folder / "run.sh").touch()
    engine = Engine(tmp_path, tmp_path / "temp", environment={}, instance_id="ab" * 32)
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(another())
    names = [view.name async for view in engine.each(JobType.TRIGGERED, JobType.CONTINUOUS)]
    task.cancel()

    assert (len(names), names[0], names[-1]) == (VIEWS_A_TURN * 3, "job000", f"job{VIEWS_A_TURN * 3 - 1:03}")
    assert turns >= 2
