"""Runs uv, a fast installer, if this machine has it."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from oneplan.packaging.platforms import Platform
from oneplan.packaging.requirements import RequirementFile


def install(files: Sequence[RequirementFile], platform: Platform, folder: Path) -> bool:
    """Installs what `files` ask for into the empty `folder`; False, and an empty folder, if uv is missing or fails."""
    program = _program()
    if program is None:
        return False
    arguments = ["pip", "install", f"--target={folder}", f"--python={sys.executable}", "--quiet", "--no-progress"]
    arguments += ["--link-mode=copy", "--require-hashes", *platform.uv_options]
    arguments += [f"--requirement={file.path}" for file in files if not file.included]
    done = subprocess.run([program, *arguments], capture_output=True, check=False)
    if done.returncode:
        shutil.rmtree(folder)
        folder.mkdir()
    return done.returncode == 0


def _program() -> str | None:
    """Returns the uv beside this Python, else the one on PATH."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")
