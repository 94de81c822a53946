"""Raw arguments become words as .NET makes them."""

import subprocess

import pytest

from emulator.webjobs.words import words


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", []),
        (" \t ", []),
        ("a  b\tc", ["a", "b", "c"]),
        ('"first arg" "second arg"', ["first arg", "second arg"]),
        ('--name="O Neil"', ["--name=O Neil"]),
        ('"" x', ["", "x"]),
        ("it's 'a b'", ["it's", "'a", "b'"]),
        ("$HOME `id` ; rm -rf / *", ["$HOME", "`id`", ";", "rm", "-rf", "/", "*"]),
        (r"C:\\temp\x \"q\"", ["C:\\\\temp\\x", '"q"']),
        (r'"ends with a slash\\" x', ["ends with a slash\\", "x"]),
        ('"say ""hi"" now"', ['say "hi" now']),
        ('"never closed', ["never closed"]),
        ("tail\\", ["tail\\"]),
    ],
)
def test_double_quotes_and_backslashes_count_and_nothing_else(raw: str, expected: list[str]):
    assert words(raw) == expected


def test_what_windows_quotes_comes_back():
    given = ["", "a b", 'say "hi"', "C:\\x y\\", "it's", "\\\\server", '"', "\t"]

    assert words(subprocess.list2cmdline(given)) == given
