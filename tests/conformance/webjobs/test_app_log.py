"""The site's application log: webjobs-semantics 4 and 1.5."""

import os

import pytest

from emulator.webjobs.app_log import FILE_BYTES, KEPT_FILES, AppLog
from emulator.webjobs.testing import ManualClock, settle


def lines(world):
    found = sorted((world.home / "LogFiles/Application").glob("*.txt"))
    return "".join(path.read_text() for path in found).split("\n")[:-1]


async def test_output_of_continuous_jobs_is_always_there(world):
    """4: beyond the 200 lines of the job's own log too."""
    world.job("continuous/loop")
    await world.start()

    world.launcher.last.print("hello")
    world.launcher.last.print("oops", is_error=True)
    world.launcher.last.print(*map(str, range(300)))

    head = f"2026-01-01T00:00:05  PID[{os.getpid()}]"
    assert lines(world)[:2] == [f"{head} Information hello", f"{head} Error       oops"]
    assert len(lines(world)) == 302


@pytest.mark.parametrize(("value", "count"), [("0", 0), ("1", 1)])
async def test_output_of_triggered_jobs_is_there_when_asked_for(world, value, count):
    """4: WEBJOBS_LOG_TRIGGERED_JOBS_TO_APP_LOGS."""
    world.job("triggered/once")
    engine = await world.start(WEBJOBS_LOG_TRIGGERED_JOBS_TO_APP_LOGS=value)
    await engine.run("once")
    await settle()

    world.launcher.last.print("hello")

    assert len(lines(world)) == count


async def test_log_takes_limited_room(tmp_path):
    """Ours: a talkative job does not fill the disk."""
    clock = ManualClock()
    log = AppLog(tmp_path, instance="543efe", clock=clock)

    for _ in range(2 * KEPT_FILES):
        await clock.advance(1)
        log.write(["x" * FILE_BYTES], is_error=False)
        log.write(["y"], is_error=False)

    assert len(list(tmp_path.iterdir())) == KEPT_FILES
