"""Lines of a job's output; X2 of kudu-test-facts, fed in chunks of four bytes."""

import pytest

from emulator.webjobs.output import LONGEST_LINE, LineSplitter


def split(data, size=4):
    splitter = LineSplitter()
    lines = []
    for start in range(0, len(data), size):
        lines += splitter.feed(data[start : start + size])
    return lines + splitter.close()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("pending", ["pending"]),
        ("line\r\n", ["line"]),
        ("line\r\n\n", ["line", ""]),
        ("line1\r\nline2\r\n", ["line1", "line2"]),
        ("line\npending", ["line", "pending"]),
        ("\r\npending", ["", "pending"]),
        ("10%\r20%\r\r\n", ["10%", "20%", ""]),
        ("", []),
        ("zwölf €\n", ["zwölf €"]),
    ],
)
def test_output_is_split_whatever_the_chunks(text, lines, size):
    """X2: fed in chunks of any size."""
    assert split(text.encode(), size) == lines


def test_a_line_without_end_is_cut():
    splitter = LineSplitter()

    lines = splitter.feed(b"x" * (LONGEST_LINE + 1))

    assert [len(line) for line in lines] == [LONGEST_LINE + 1]
    assert splitter.close() == []


def test_lines_are_given_before_the_stream_ends():
    splitter = LineSplitter()

    assert (splitter.feed(b"a\rb"), splitter.feed(b"\n"), splitter.close()) == (["a"], ["b"], [])
