"""docs/conformance.md says what the tests say."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def table():
    return runpy.run_path(str(ROOT / "tools/conformance.py"))


def test_every_fact_has_a_test_or_a_reason_why_not(table):
    assert table["missing"]() == []


def test_page_is_the_one_the_tests_make(table):
    written = table["written"]()

    assert table["PAGE"].read_text(encoding="utf-8") == table["markdown"](written), "run `python tools/conformance.py`"
    assert {result for result in written.values() if not result.startswith("passes")} == set()


def test_no_source_is_named_that_does_not_exist(table):
    """A typing error in a docstring would be a fact that nobody knows."""
    known = {*table["REQUIRED"], "10", "11.1", "13"}
    stems = {source.partition(".")[0] for source in known}

    named = {source for fact in table["facts"]() for source in fact.sources}

    assert named - known - stems == set()
