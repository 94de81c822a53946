"""`oneplan webjobs serve`: becomes the emulator's program, which keeps this process's number, terminal and signals."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

PROGRAM = ("-m", "emulator", "webjobs", "serve")


def serve(home: Path, options: Mapping[str, object], settings: Sequence[str]) -> NoReturn:
    """Never returns."""
    os.execv(sys.executable, [sys.executable, *command_line(home, options, settings)])  # noqa: S606 - no shell is meant


def command_line(home: Path, options: Mapping[str, object], settings: Sequence[str]) -> list[str]:
    """The program's arguments; an option without a value is left out."""
    given = [f"{name}={value}" for name, value in options.items() if value is not None]
    return [*PROGRAM, *given, *(f"--env={text}" for text in settings), "--", str(home)]
