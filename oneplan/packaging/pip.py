"""Runs pip: installs requirement files into a folder, for this machine or for another one."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from oneplan.errors import PackagingError
from oneplan.packaging.platforms import Platform
from oneplan.packaging.requirements import RequirementFile, normal_name

_AS_ANOTHER_PYTHON = """\
import platform, runpy, sys
version = sys.argv.pop(1)
platform.python_version = lambda: version + ".0"
platform.python_version_tuple = lambda: (*version.split("."), "0")
platform.system = lambda: "Linux"
platform.machine = lambda: "x86_64"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
"""pip judges environment markers (`; python_version < "3.13"`) by the running Python even with --python-version
(https://github.com/pypa/pip/issues/11664), so the target's answers are put in their place first."""

_DISK_FULL = "No space left on device"


def install(files: Sequence[RequirementFile], platform: Platform, folder: Path) -> None:
    """Installs what `files` ask for, resolved together, into `folder`.

    Raises:
        PackagingError: with what pip says, if it fails.
    """
    version = platform.python_version
    pip = ["-c", _AS_ANOTHER_PYTHON, version] if version else ["-m", "pip"]
    arguments = ["install", f"--target={folder}", "--no-compile", "--no-input", "--quiet"]
    arguments += ["--disable-pip-version-check", "--no-warn-script-location", *platform.pip_options]
    if any(file.is_hashed() for file in files):
        arguments.append("--require-hashes")
    arguments += [f"--requirement={file.path}" for file in files if not file.included]
    done = subprocess.run([sys.executable, *pip, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise failure(files, platform, done.stderr)


def failure(files: Sequence[RequirementFile], platform: Platform, stderr: str) -> PackagingError:
    """Returns the error for what pip wrote: its last telling line, the files it is about, and what to do."""
    if "No module named pip" in stderr:
        return PackagingError(f"{sys.executable}: has no pip; run `{sys.executable} -m ensurepip`")
    lines = [line.removeprefix("ERROR:").strip() for line in stderr.splitlines() if line.startswith("ERROR:")]
    telling = [line for line in lines if not line.startswith("ResolutionImpossible")]
    if _DISK_FULL in stderr:
        telling = [_DISK_FULL]  # pip ends in a traceback then
    message = (telling or stderr.strip().splitlines() or ["it gave no reason"])[-1].rstrip(".")
    for file in files:
        message = message.replace(str(file.path), file.shown)
    return PackagingError(f"{_culprits(files, message)}: pip: {message}; {_advice(platform, stderr)}")


def _advice(platform: Platform, stderr: str) -> str:
    if _DISK_FULL in stderr:
        return "free some space and run the command again"
    if "Retrying (" in stderr:
        return "the package index could not be reached; check the network and run the command again"
    if platform.python_version and "No matching distribution" in stderr:
        return f"it needs a wheel for Linux and Python {platform.python_version}; choose a version that has one"
    return "check names and versions there"


def _culprits(files: Sequence[RequirementFile], message: str) -> str:
    """Returns the files that the message names, or that ask for a package it names; else all of them."""
    words = {normal_name(word) for word in re.split(r"[^A-Za-z0-9._-]+", message)}
    guilty = [file.shown for file in files if file.names() & words or file.shown in message]
    return ", ".join(guilty or [file.shown for file in files])
