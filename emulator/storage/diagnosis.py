"""Why Azurite did not start, in words that say what to do."""

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from emulator.errors import StartError
from emulator.listeners import holder_of
from emulator.ports import PortTaken

OLDEST_NODE = 20
_IN_USE = re.compile(r"EADDRINUSE.*:(\d+)")


def explain(lines: Sequence[str], folder: Path, ports: dict[str, int], node: Path) -> StartError:
    """The error for a start that failed with these last lines of output."""
    text = "\n".join(lines)
    if in_use := _IN_USE.search(text):
        port = int(in_use[1])
        name = next((name for name, number in ports.items() if number == port), "storage")
        return PortTaken(name, port, holder_of(port))
    if damaged := damaged_file(folder):
        return StartError(
            f"{damaged}: damaged, not readable as JSON; run `oneplan local reset` to start with empty "
            "storage, or put the file back from a copy"
        )
    if "ENOSPC" in text:
        return StartError(f"{folder}: no space left on the disk; make room and start again")
    if (version := _major_version(node)) is not None and version < OLDEST_NODE:
        return StartError(f"{node}: version {version} is too old; install Node {OLDEST_NODE} or later")
    return StartError(f"storage: Azurite did not start; its last words were: {text or 'none'}")


def damaged_file(folder: Path) -> Path | None:
    """The first of Azurite's data files that is not readable, if one is not."""
    for file in sorted(folder.glob("__azurite_db_*__.json")):
        try:
            json.loads(file.read_bytes())
        except ValueError:
            return file
    return None


def _major_version(node: Path) -> int | None:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10, check=False)
        return int(answer.stdout.strip().lstrip("v").partition(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
