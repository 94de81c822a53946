"""docs/differences.md."""

from tools.differences import PAGE, page


def test_the_page_is_what_the_emulator_says():
    assert PAGE.read_text() == page(), "run `make fmt`"
