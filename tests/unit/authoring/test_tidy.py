"""What `oneplan fmt` changes, and what it leaves alone."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneplan.authoring import positions
from oneplan.authoring.errors import AuthoringError
from oneplan.authoring.tidy import tidy

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is slow, and that is no fault."""
TOP = "# yaml-language-server: $schema=../../schemas/job.schema.json\n"


def tidied(text: str) -> str:
    return tidy(text, "jobs/x/job.yaml", "schemas/job.schema.json")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1", "a: 1\n"),
        ("a: 1  \r\nb: 2\t\r\n\r\n\r\n", "a: 1\nb: 2\n"),
        ("# kept  \n\n\n\na: {b: 1}   # kept\n", "# kept\n\n\n\na: {b: 1}   # kept\n"),
        ("a: 1\n \t\nb: 2\n", "a: 1\n\nb: 2\n"),
        ("\ufeffa: 1\n", "a: 1\n"),
        ("a: |\n  x  \n\n\n", "a: |\n  x  \n\n\n"),
        ("a: |\n  x", "a: |\n  x"),
        ("a: |+\n  x\n\n\n# c\nb: 1  ", "a: |+\n  x\n\n\n# c\nb: 1\n"),
        ('a: "x\\ \n  y"  \n', 'a: "x\\ \n  y"\n'),
        ("a: >-\r\n  x   \r\n  y  \r\nb: 1  \r\n", "a: >-\n  x   \n  y  \nb: 1\n"),
        ("---  \na: 1\n...\n", "---\na: 1\n...\n"),
        ("z: 1\nb: 2\na: 3\n", "z: 1\nb: 2\na: 3\n"),
    ],
)
def test_only_what_is_safe_is_changed(before, after):
    assert tidied(before) == TOP + after


def test_the_schema_line_is_written_for_where_the_file_is():
    assert tidy("a: 1\n", "oneplan.yaml", "schemas/oneplan.schema.json") == (
        "# yaml-language-server: $schema=./schemas/oneplan.schema.json\na: 1\n"
    )


def test_a_schema_line_of_another_place_is_mended():
    moved = "# about\n# yaml-language-server: $schema=../schemas/job.schema.json\na: 1\n"

    assert tidied(moved) == f"{TOP}# about\na: 1\n"


def test_a_schema_of_the_owners_choice_stays():
    chosen = "# yaml-language-server: $schema=https://example.com/job.schema.json\na: 1\n"

    assert tidied(chosen) == chosen


@pytest.mark.parametrize("text", ["a: [", "", "# only\n", "a: 1\n\tb: 2\n", "a: &x\n  b: *x\n"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(AuthoringError) as caught:
        tidied(text)

    assert str(caught.value) == "jobs/x/job.yaml: cannot be read; run `oneplan validate` and mend what it shows"


PIECES = st.sampled_from(
    "a: 1|b: {c: [1, 2]}|  |\t|# note  |d: PIPE|  text  |e: 'x|  y'|f: \"x\\ |  z\"|g: >+||\r|h:|  - i|j: \x85"
    "|k: \u2028l|---|...".replace("|", "\n")
    .replace("PIPE", "|")
    .split("\n")
)
ENDS = st.sampled_from(["\n", "\r\n", " \n", "\n\n"])


@CALM
@given(st.lists(st.tuples(PIECES, ENDS), max_size=8).map(lambda parts: "".join(a + b for a, b in parts)))
def test_tidying_twice_is_tidying_once_and_changes_no_meaning(text):
    try:
        once = tidied(text)
    except AuthoringError:
        return

    assert tidied(once) == once
    assert once.startswith(TOP)
    assert positions.meaning(once, "f")
