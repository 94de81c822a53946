"""What is written for Azure's machine, said for this one: `/home/`, the address and port to listen on.

Each of these is a row of `emulator.differences`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

IMAGE_PORTS = {"PYTHON": "8000"}
"""The port a built-in image listens on (ImageBuilder's Dockerfiles); other stacks use 8080."""

_HOME = re.compile(r"(?P<before>^|[:;=,\s'\"])/home(?=/|$)")
_EVERY_ADDRESS = re.compile(r"(?<![\d.])0\.0\.0\.0(?![\d.])")


def settings(values: Mapping[str, str], home: Path) -> dict[str, str]:
    """App settings in which each `/home/…` that starts a value or a list's entry is the site's home."""
    return {name: _home(value, home) for name, value in values.items()}


def command(text: str, *, stack: str, home: Path) -> str:
    """A startup command that listens on loopback, on the port this site was given, and finds its home."""
    port = re.escape(IMAGE_PORTS.get(stack, "8080"))
    local = _EVERY_ADDRESS.sub("127.0.0.1", _home(text, home))
    return re.sub(rf"(?P<before>:|--port[ =]|-p ){port}(?!\d)", r"\g<before>$PORT", local)


def listens_on_loopback(text: str) -> bool:
    """True for a command that binds 127.0.0.1 by itself: in Azure the warm-up probe would never reach it."""
    return re.search(r"(127\.0\.0\.1|localhost):(\d|\$)", text) is not None


def _home(text: str, home: Path) -> str:
    return _HOME.sub(lambda match: f"{match['before']}{home}", text)
