"""Killing what is left of a home's jobs, including what hides while it starts a program."""

from emulator.webjobs import leftovers

NOBODY = 2**22 + 1  # above Linux's highest process id: a kill finds nobody


def test_a_process_that_is_seen_only_at_the_second_look_is_killed_too():
    looks = iter([{NOBODY}, set(), {NOBODY, NOBODY + 1}, set(), set(), set()])
    pauses: list[float] = []

    killed = leftovers.kill_all(lambda: next(looks), looks=3, sleep=pauses.append)

    assert killed == 2
    assert next(looks, "all were used") == "all were used"
    assert pauses == [leftovers.LOOK_AGAIN_SECONDS] * 3


def test_one_look_is_enough_when_nothing_is_there():
    pauses: list[float] = []

    assert leftovers.kill_all(set, sleep=pauses.append) == 0
    assert pauses == []
