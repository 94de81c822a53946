"""Property paths in Pulumi's notation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.provider.diff import format_path, parse_path

PARTS = st.one_of(st.integers(0, 99), st.text(min_size=1, max_size=6).filter(lambda text: text != "*"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("siteConfig", "appSettings", 0, "value"), "siteConfig.appSettings[0].value"),
        (("tags", "a.b"), 'tags["a.b"]'),
        (("tags", 'say "hi"'), 'tags["say \\"hi\\""]'),
        (("tags", "1st"), 'tags["1st"]'),
    ],
)
def test_paths_are_written_and_read(path, text):
    assert format_path(path) == text
    assert parse_path(text) == path


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_any_path_is_read_back(parts):
    assert parse_path(format_path(tuple(parts))) == tuple(parts)


def test_a_star_stands_for_any_element():
    assert parse_path("siteConfig.appSettings[*].value") == ("siteConfig", "appSettings", "*", "value")
