"""Lengths of time in words."""

from datetime import timedelta

import pytest

from oneplan.spans import told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.84, "0.8 s"),
        (9.96, "10 s"),
        (42, "42 s"),
        (59.6, "1 min"),
        (185, "3 min 05 s"),
        (300, "5 min"),
        (7805, "2 h 10 min"),
        (47 * 3600, "47 h 00 min"),
        (7 * 86_400, "7 days"),
    ],
)
def test_a_length_is_told_shortly(seconds: float, words: str):
    assert told(timedelta(seconds=seconds)) == words
