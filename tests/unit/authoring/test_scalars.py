"""YAML text of values."""

import pytest

from oneplan.authoring import scalars


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("python -m stock_sync", "python -m stock_sync"),
        ("python:3.13", "python:3.13"),
        ("0 6 * * *", '"0 6 * * *"'),
        ("true", '"true"'),
        ("3.10", '"3.10"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("ends ", '"ends "'),
        ('say "hi" \\', '"say \\"hi\\" \\\\"'),
        ("two\nlines", '"two\\u000alines"'),
        ("\U0002ebe1", '"\\U0002ebe1"'),
        ({"always": True, "n": 3, "list": ["a", "b c"]}, "{always: true, n: 3, list: [a, b c]}"),
    ],
)
def test_what_would_read_as_something_else_is_quoted(value, text):
    assert scalars.inline(value) == text
