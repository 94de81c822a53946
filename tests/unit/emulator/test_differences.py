"""The table of differences."""

from emulator import differences


def test_every_row_is_whole_and_said_once() -> None:
    rows = differences.rows()

    assert all(all((row.area, row.azure, row.here, row.why)) for row in rows)
    assert len({(row.area, row.azure) for row in rows}) == len(rows)


def test_the_markdown_has_a_line_a_row() -> None:
    lines = differences.markdown().splitlines()

    assert lines[:2] == ["| area | Azure | here | why |", "| --- | --- | --- | --- |"]
    assert len(lines) == 2 + len(differences.rows())
    assert {line.count(" | ") for line in lines} == {3}
