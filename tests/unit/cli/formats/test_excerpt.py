"""A source line with a mark under the place."""

import pytest

from oneplan.cli.formats.excerpt import Excerpt, excerpt


def drawn(line: str, column: int, width: int = 80) -> list[str]:
    shown = excerpt([line], 1, column, width)
    assert shown is not None
    return [shown.text, " " * shown.offset + "^" * shown.length]


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("app: wrker", 6, ["app: wrker", "     ^^^^^"]),
        ("app: wrker", 1, ["app: wrker", "^^^"]),
        ('a: "two words" # x', 4, ['a: "two words" # x', "   ^^^^^^^^^^^"]),
        ("a: {b: c}", 4, ["a: {b: c}", "   ^"]),
        ("\tapp: x", 2, [" app: x", " ^^^"]),
        ("名前: 値段", 5, ["名前: 値段", "      ^^^^"]),
        ("e\u0301: x", 5, ["e\u0301: x", "   ^"]),
        ("app: x", 99, ["app: x", "      ^"]),
        ("", 1, ["", "^"]),
        ("a: \x1b[31mred", 4, ["a: ·[31mred", "   ^"]),
        ("a: \u202eb", 4, ["a: ·b", "   ^^"]),
        ("API_TOKEN: hunter2", 12, ["API_TOKEN: ••••", "           ^^^^"]),
        ("env: {TOKEN: hunter2, x: 1}", 23, ["env: {TOKEN: ••••, x: 1}", "                   ^"]),
    ],
)
def test_the_mark_stands_under_its_place(line: str, column: int, expected: list[str]):
    assert drawn(line, column) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (1, ["abcdefghijklmnopqr…", "^^^^^^^^^^^^^^^^^^"]),
        (23, ["…qr tu vwxyz ABCDE…", "       ^^^^^"]),
        (50, ["… GHIJKLMN OPQR end", "                ^^^"]),
    ],
)
def test_long_lines_are_cut_around_the_place(column: int, expected: list[str]):
    line = "abcdefghijklmnopqr tu vwxyz ABCDEF GHIJKLMN OPQR end"

    assert drawn(line, column, width=19) == expected


def test_a_line_that_fits_is_not_cut():
    assert drawn("x" * 19, 19, width=19) == ["x" * 19, " " * 18 + "^"]


def test_a_line_of_a_megabyte_is_cut_too():
    shown = excerpt(["x: " + "word " * 200_000], 1, 500_004, 40)

    assert shown == Excerpt("…rd word word word word word word word …", 14, 4)


@pytest.mark.parametrize("number", [0, 3])
def test_a_line_that_is_not_there_is_not_shown(number: int):
    assert excerpt(["a", "b"], number, 1, 80) is None
