"""Idle detection; X1 of kudu-test-facts."""

import asyncio
from datetime import timedelta

from emulator.webjobs.idle import IdleWatch, idle_text
from emulator.webjobs.testing import ManualClock


def watch(clock, seconds):
    return IdleWatch(clock, timeout=timedelta(seconds=seconds), poll=timedelta(seconds=1))


async def test_constant_processor_time_and_no_output_is_idle():
    """X1.5."""
    clock = ManualClock()
    waiting = asyncio.ensure_future(watch(clock, 10).until_idle(lambda: 0))

    await clock.advance(21)
    before = waiting.done()
    await clock.advance(1)

    assert (before, await waiting) == (False, timedelta(seconds=11))


async def test_growing_processor_time_is_not_idle():
    """X1.3."""
    clock, ticks = ManualClock(), iter(range(1000))
    waiting = asyncio.ensure_future(watch(clock, 10).until_idle(lambda: next(ticks)))

    await clock.advance(300)

    assert not waiting.done()
    waiting.cancel()


async def test_output_while_time_is_sampled_is_not_idle():
    """X1.4."""
    clock = ManualClock()
    idle = watch(clock, 10)

    def sample():
        idle.touch()
        return 0

    waiting = asyncio.ensure_future(idle.until_idle(sample))
    await clock.advance(300)

    assert not waiting.done()
    waiting.cancel()


def test_text_shows_fifteen_characters_of_the_arguments():
    assert idle_text("Test-Process", "", timedelta(seconds=121.9)).startswith(
        "Command 'Test-Process ' was aborted due to no output nor CPU activity for 121 seconds."
    )
    assert "'bash run.sh 12345678 ...'" in idle_text("bash", "run.sh 123456789", timedelta(0))
