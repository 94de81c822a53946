"""A job's typed arguments."""

import pytest

from oneplan.manifest import Argument
from oneplan.operate.arguments import ArgumentsError, command_line, from_fields

DECLARED = (
    Argument("brand", "string", default="all"),
    Argument("since", "date"),
    Argument("dry-run", "bool", default="true"),
    Argument("limit", "int"),
    Argument("factor", "number"),
    Argument("size", "string", choices=("small", "large")),
)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("", ""),
        ("--brand omega", "--brand omega"),
        ("--brand=omega --limit -5", "--brand omega --limit -5"),
        ("--dry-run", "--dry-run"),
        ("--no-dry-run", "--no-dry-run"),
        ("--dry-run=false", "--no-dry-run"),
        ("--no-dry-run=false", "--dry-run"),
        ("--brand $(id)", "--brand $(id)"),
        ("--factor 1.5 --size large", "--factor 1.5 --size large"),
    ],
)
def test_what_is_right_is_sent_quoted(given: str, line: str):
    assert command_line("reindex", DECLARED, given.split()) == line


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("--brnd omega", "'--brnd' is not an argument of it; did you mean --brand?"),
        (
            "omega",
            ("'omega' is not an argument of it; it takes --brand, --since, --dry-run, --limit, --factor, --size"),
        ),
        ("--brand", "--brand: has no value; a text is expected"),
        ("--brand --dry-run", "--brand: has no value; a text is expected"),
        ("--limit many", "--limit: 'many' is wrong; a whole number is expected"),
        ("--factor many", "--factor: 'many' is wrong; a number is expected"),
        ("--since 2026-02-30", "--since: '2026-02-30' is wrong; a date such as 2026-08-01 is expected"),
        ("--size medium", "--size: 'medium' is wrong; one of small, large is expected"),
        ("--dry-run=perhaps", "--dry-run: 'perhaps' is not true or false; write --dry-run or --no-dry-run"),
    ],
)
def test_what_is_wrong_is_said(given: str, message: str):
    with pytest.raises(ArgumentsError) as wrong:
        command_line("reindex", DECLARED, given.split())

    assert str(wrong.value) == f"job reindex: {message}"


def test_a_job_without_declared_arguments_gets_what_was_given():
    assert command_line("sync", (), ["a b", "--x"]) == '"a b" --x'


def test_a_needed_argument_that_was_not_given_is_asked_for():
    with pytest.raises(ArgumentsError) as wrong:
        command_line("reindex", (Argument("brand", required=True),), [])

    assert str(wrong.value) == "job reindex: --brand: is needed; a text is expected"


def test_a_needed_flag_may_be_given_as_no():
    declared = (Argument("dry-run", "bool", required=True),)

    assert command_line("reindex", declared, ["--no-dry-run"]) == "--no-dry-run"


def test_the_fields_of_a_form_become_words_and_empty_ones_are_left_out():
    fields = {"brand": "--limit 5", "since": "", "dry-run": "false", "other": "x"}

    assert from_fields(DECLARED, fields) == ["--brand=--limit 5", "--dry-run=false"]


def test_a_form_s_text_that_looks_like_an_argument_stays_a_text():
    words = from_fields(DECLARED, {"brand": "--limit 5"})

    assert command_line("reindex", DECLARED, words) == '--brand "--limit 5"'
