"""Waits between attempts and between polls."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobhost.backoff import Backoff, IdlePolling


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 10), (3, 20), (7, 320), (8, 600), (500, 600)])
def test_attempts_wait_twice_as_long_each_time_up_to_the_cap(attempt: int, seconds: int):
    assert Backoff().delay(attempt, jitter=lambda: 1.0) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("jitter", "seconds"), [(0.8, 480), (1.2, 720)])
def test_attempts_do_not_stay_in_phase_at_the_cap(jitter: float, seconds: int):
    assert Backoff().delay(20, jitter=lambda: jitter) == timedelta(seconds=seconds)


def test_no_wait_is_longer_than_the_service_hides_a_message():
    assert Backoff("7d", cap="7d").delay(3, jitter=lambda: 1.2) == timedelta(days=7)


def test_idle_polls_follow_the_series_of_the_webjobs_sdk():
    idle = IdlePolling(timedelta(minutes=1), jitter=lambda: 1.0)

    waits = [round(idle.next_wait(), 1) for _ in range(13)]

    assert waits == [0.1, 0.2, 0.3, 0.5, 0.9, 1.7, 3.3, 6.5, 12.9, 25.7, 51.3, 60.0, 60.0]


def test_a_find_starts_the_series_again():
    idle = IdlePolling(timedelta(seconds=2), jitter=lambda: 1.0)
    for _ in range(10):
        idle.next_wait()

    idle.found()

    assert idle.next_wait() == pytest.approx(0.1)


@settings(deadline=None)
@given(longest=st.floats(0.5, 60), polls=st.integers(1, 60))
def test_no_wait_is_shorter_than_the_minimum_or_longer_than_the_cap_with_jitter(longest: float, polls: int):
    idle = IdlePolling(timedelta(seconds=longest))

    waits = [idle.next_wait() for _ in range(polls)]

    assert all(0.099 <= wait <= longest * 1.2 + 0.001 for wait in waits)
