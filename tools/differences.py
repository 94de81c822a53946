"""Writes the README's section *Differences from Azure* from `emulator/differences.py`; run by `make fmt`."""

import re
from pathlib import Path

from emulator.differences import markdown

README = Path(__file__).resolve().parents[1] / "README.md"
MARKED = re.compile(r"(<!-- differences: .*?-->\n).*?(<!-- /differences -->)", re.DOTALL)

if __name__ == "__main__":
    text = README.read_text()
    README.write_text(MARKED.sub(lambda found: f"{found[1]}{markdown().strip()}\n{found[2]}", text))
