"""Lines in colours, folded and aligned."""

import io

import pytest

from oneplan.cli.styled import Span, cells, columns, emit, fold, line, paint, visible


def plain(lines) -> list[str]:
    return paint(lines, colour=False).splitlines()


def test_colours_are_ansi_codes_or_nothing():
    told = [line(Span("error", "bold red"), " in ", Span("", "dim"), "x")]

    assert paint(told, colour=True) == "\x1b[1;31merror\x1b[0m in x\n"
    assert paint(told, colour=False) == "error in x\n"


def test_a_line_is_folded_at_blanks_and_indented():
    told = line(Span("a.yaml:1:2:", "bold"), " ", "one two three four five six seven eight nine ten eleven")

    assert plain(fold(told, 40, indent=4)) == [
        "a.yaml:1:2: one two three four five six",
        "    seven eight nine ten eleven",
    ]


def test_a_word_that_is_too_long_stays_whole():
    assert plain(fold(line("x" * 60 + " y"), 40, indent=2)) == ["x" * 60, "  y"]


@pytest.mark.parametrize("width", [None, 10, 80])
def test_what_fits_or_goes_to_a_file_is_not_folded(width: int | None):
    assert plain(fold(line("one two three four five"), width)) == ["one two three four five"]


def test_columns_are_aligned_by_cells():
    rows = [["名前", Span("1", "dim"), "x"], ["name-of-it", "22", ""], ["a"]]

    assert plain(columns(rows)) == ["名前        1  x", "name-of-it  22", "a"]


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("名", 2), ("e\u0301", 1), ("🙂", 2)])
def test_cells_count_columns(text: str, width: int):
    assert cells(text) == width


def test_what_moves_the_cursor_is_shown_as_its_escape():
    assert visible("a\x1b[2J\nb\u202e\udcff") == "a\\x1b[2J\\nb\\u202e\\udcff"


def test_a_stream_that_cannot_express_a_letter_gets_its_escape():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    emit("│ x\udcff\n", stream)
    stream.flush()

    assert raw.getvalue() == b"\\u2502 x\\udcff\n"
