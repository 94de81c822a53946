"""Problems of a command that cannot go on, and doubts of one that does."""

import pytest

from oneplan.cli import screen
from oneplan.cli.problems import LARGEST_BYTES, show_problems, show_warnings, sources
from oneplan.errors import Problem


@pytest.fixture(autouse=True)
def fresh_streams():
    screen.err.cache_clear()
    yield
    screen.err.cache_clear()


def test_what_stops_is_shown_and_counted(tmp_path, capsys):
    (tmp_path / "oneplan.yaml").write_text("version: 1\nplan: {sku: F1}\n")
    problems = [
        Problem("oneplan.yaml", 2, 13, "WJ057", "plan F1 has no Always On; choose B1"),
        Problem("oneplan.yaml", 1, 1, "WJ008", "no schema line; run fmt", severity="warning"),
    ]

    show_problems(problems, tmp_path)

    assert capsys.readouterr().err == (
        "oneplan.yaml:2:13: error WJ057 plan F1 has no Always On; choose B1\n"
        "    2 │ plan: {sku: F1}\n"
        "      │             ^^\n"
        "oneplan.yaml:1:1: warning WJ008 no schema line; run fmt\n"
        "    1 │ version: 1\n"
        "      │ ^^^^^^^\n"
        "error the manifest has 1 error and 1 warning\n"
    )


def test_doubts_are_a_line_each_and_not_too_many(capsys):
    doubts = [Problem("a.yaml", line, 1, "WJ063", "x; y", severity="warning") for line in range(1, 8)]

    show_warnings(doubts)

    assert capsys.readouterr().err.splitlines() == [
        *(f"note a.yaml:{line}:1: WJ063 x; y" for line in range(1, 6)),
        "note 2 more warnings; `oneplan validate` shows all",
    ]


@pytest.mark.parametrize("name", ["none.yaml", "folder", "large.yaml", "a\0b"])
def test_a_file_that_cannot_be_shown_has_no_lines(tmp_path, name: str):
    (tmp_path / "folder").mkdir()
    (tmp_path / "large.yaml").write_bytes(b"x" * (LARGEST_BYTES + 1))

    assert sources(tmp_path)(name) == ()
