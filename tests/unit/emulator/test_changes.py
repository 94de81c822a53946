"""Being told that jobs changed."""

import asyncio

from emulator.changes import Changes


async def test_who_knows_an_older_number_is_answered_at_once():
    changes = Changes()
    changes.note()

    assert await changes.after(0) == 1


async def test_who_knows_the_newest_waits_for_the_next():
    changes = Changes()
    waiting = [asyncio.create_task(changes.after(0)) for _ in range(2)]
    await asyncio.sleep(0)
    changes.note()

    assert await asyncio.gather(*waiting) == [1, 1]


async def test_nothing_new_is_told_after_a_while():
    assert await Changes().after(0, limit=0.01) == 0
