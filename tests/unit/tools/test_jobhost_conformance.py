"""The page of JobHost's cases says what the tests show."""

from __future__ import annotations

import re

from tools.jobhost_conformance import CASES, PAGE, markdown, shown_by


def test_page_is_as_written_and_every_case_has_a_test():
    numbers = re.findall(r"^C\d\d", CASES, re.MULTILINE)

    assert numbers == [f"C{number:02}" for number in range(1, 55)]
    assert set(numbers) - set(shown_by()) == set()
    assert PAGE.read_text() == markdown()
