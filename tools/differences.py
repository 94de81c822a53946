"""Writes docs/differences.md from `emulator/differences.py`; run by `make fmt`."""

from pathlib import Path

from emulator.differences import markdown

PAGE = Path(__file__).resolve().parents[1] / "docs" / "differences.md"
HEAD = """# Differences from Azure

What the local Azure knows of and does otherwise, each with the reason. Written by `make fmt` from
`emulator/differences.py`.

"""


def page() -> str:
    """Returns the page's text."""
    return HEAD + markdown().strip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
