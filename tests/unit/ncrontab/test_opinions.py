"""A thousand random schedules: the same next times as croniter's and as a plain walk's; 100,000 are `make fuzz`."""

import pytest

from tests.unit.ncrontab.opinions import Case, cases, croniters, ours, walked


@pytest.mark.parametrize("seed", range(10))
def test_croniter_and_a_plain_walk_agree_on_random_schedules(seed: int):
    disagreements: list[Case] = [case for case in cases(seed, 100) if not ours(case) == croniters(case) == walked(case)]

    assert disagreements == []


def test_the_cases_are_the_same_each_time():
    assert list(cases(7, 20)) == list(cases(7, 20))
