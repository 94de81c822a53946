"""Tables without frames."""

from oneplan.cli.grid import Grid
from oneplan.cli.styled import Span, paint


def drawn(grid: Grid, width: int | None = None, *, colour: bool = False) -> list[str]:
    return paint(grid.lines(width), colour=colour).splitlines()


def jobs() -> Grid:
    grid = Grid("JOB", ">TOOK", "LAST RUN")
    grid.add_row("stock-sync", "4.2 s", (Span("Success", "green"), " 06:15:00"))
    grid.add_row("mail", "12 s", Span("-", "dim"))
    return grid


def test_columns_are_aligned_and_lines_end_with_their_words():
    assert drawn(jobs()) == [
        "JOB          TOOK  LAST RUN",
        "stock-sync  4.2 s  Success 06:15:00",
        "mail         12 s  -",
    ]


def test_heads_are_dim_and_states_are_in_colour():
    assert drawn(jobs(), colour=True)[1] == "stock-sync  4.2 s  \x1b[32mSuccess\x1b[0m 06:15:00"


def test_without_rows_there_are_heads():
    assert drawn(Grid("APP", "STATE")) == ["APP  STATE"]


def test_an_empty_cell_takes_its_place():
    grid = Grid("A", "B", "C")
    grid.add_row("one", "", "three")

    assert drawn(grid) == ["A    B  C", "one     three"]


def test_what_does_not_fit_is_folded_in_its_column():
    grid = Grid("QUEUE", "BODY")
    grid.add_row("thumbnails", "make three sizes of every photo")

    assert drawn(grid, 32) == [
        "QUEUE       BODY",
        "thumbnails  make three sizes of",
        "            every photo",
    ]


def test_the_widest_column_is_folded_first_and_the_first_never():
    grid = Grid("A-LONG-NAME-OF-A-JOB", "WORDS", "MORE")
    grid.add_row("x", "one two three four five six", "seven eight")

    assert drawn(grid, 50) == [
        "A-LONG-NAME-OF-A-JOB  WORDS            MORE",
        "x                     one two three    seven eight",
        "                      four five six",
    ]


def test_a_word_that_is_too_long_is_cut():
    grid = Grid("ID", "BODY")
    grid.add_row("1", "x" * 25)

    assert drawn(grid, 14) == ["ID  BODY", f"1   {'x' * 10}", f"    {'x' * 10}", "    xxxxx"]


def test_wide_letters_count_twice():
    grid = Grid("NAME", "N")
    grid.add_row("名前名", "1")

    assert drawn(grid) == ["NAME    N", "名前名  1"]


def test_a_terminal_too_narrow_for_any_table_gets_the_narrowest():
    grid = Grid("JOB", "STATE")
    grid.add_row("stock-sync", "Running now")

    assert drawn(grid, 5) == ["JOB         STATE", "stock-sync  Running", "            now"]
