"""The tutorial's blocks do what they say, one after the other as a reader would type them."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "jobhost.md"


def test_every_block_of_the_tutorial_runs(monkeypatch: pytest.MonkeyPatch):
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    module = types.ModuleType("tutorial")
    monkeypatch.setitem(sys.modules, "tutorial", module)

    for block in blocks:
        exec(compile(block, "docs/jobhost.md", "exec"), module.__dict__)

    assert len(blocks) == 4
