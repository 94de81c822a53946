"""Script hosts: which file of a folder is run, and with what.

The order and the command lines are Kudu's (Kudu.Core/Jobs/JobsManagerBase.cs and *ScriptHost.cs). The order
is the same on every platform; what a Linux machine cannot run is found all the same and refused with a reason
when it starts.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.webjobs.errors import JobStartError
from emulator.webjobs.words import words


@dataclass(frozen=True)
class ScriptHost:
    """One kind of script."""

    name: str
    """The host's name in job logs."""

    extensions: tuple[str, ...]
    """File endings, the preferred first."""

    programs: tuple[str, ...] = ()
    """What runs the script on Linux; the first that exists. Empty: nothing does."""

    options: tuple[str, ...] = ()
    """Arguments before the script's name."""

    file_name: str | None = None
    """A file chosen for its whole name."""

    in_place: bool = False
    """Whether such jobs run from their own folder unless settings.job says otherwise."""


HOSTS = (
    ScriptHost("WindowsScriptHost", (".cmd", ".bat", ".exe")),
    ScriptHost("PowerShellScriptHost", (".ps1",), ("pwsh",), ("-ExecutionPolicy", "RemoteSigned", "-File")),
    ScriptHost("BashScriptHost", (".sh",), ("/bin/bash", "bash")),
    ScriptHost("PythonScriptHost", (".py",), ("python", "python3")),
    ScriptHost("PhpScriptHost", (".php",), ("php",)),
    ScriptHost("NodeScriptHost", (".js",), ("node",), in_place=True),
    ScriptHost("DnxScriptHost", (), file_name="project.json"),
    ScriptHost("FSharpScriptHost", (".fsx",)),
    # not in Kudu's source: Microsoft Learn lists .jar for Windows and Java apps, and a .NET program is a .dll there
    ScriptHost("JarScriptHost", (".jar",), ("java",), ("-jar",)),
    ScriptHost("DotNetScriptHost", (".dll",), ("dotnet",)),
)
DOTNET = HOSTS[-1]


@dataclass(frozen=True)
class Command:
    """A command line, ready to start."""

    program: str
    arguments: tuple[str, ...]

    text: str
    """The part after the program as Kudu writes it: script and raw arguments."""


def choose(files: Sequence[str]) -> tuple[str, ScriptHost] | None:
    """The file that is run among those directly in a folder, and its host; none: the folder is no job."""
    fallback: tuple[str, ScriptHost] | None = None
    for host in HOSTS:
        for extension in host.extensions:
            matching = [name for name in files if name.lower().endswith(extension) and _is_program(name, files)]
            for name in matching:
                if name.lower() == f"run{extension}":
                    return name, host
            if matching and fallback is None:
                fallback = matching[0], host
        for name in files:
            if host.file_name is not None and name.lower() == host.file_name:
                return name, host
    return fallback


def command(host: ScriptHost, script: str, arguments: str, *, path: str, folder: Path | None = None) -> Command:
    """The command line for a script; the raw arguments become words as .NET makes them.

    Args:
        path: where programs are looked for.
        folder: where the script is: a .NET program's `.exe` is run through the `.dll` beside it.

    Raises:
        JobStartError: nothing on this machine runs such a script.
    """
    library = f"{script[:-4]}.dll"
    if folder is not None and script.lower().endswith(".exe") and _is_program(library, _names(folder)):
        host, script = DOTNET, library
    program = next((found for name in host.programs if (found := shutil.which(name, path=path))), None)
    if program is None:
        raise JobStartError(f"{script}: {_reason(host, path)}; ship a run.sh that starts it")
    text = " ".join((*host.options, script)) + (f" {arguments}" if arguments else "")
    return Command(program, (*host.options, script, *words(arguments)), text)


def _is_program(name: str, files: Sequence[str]) -> bool:
    """Whether a file can be started: a .dll only when it is a .NET program, which says how it wants to be run."""
    return not name.lower().endswith(".dll") or f"{name[:-4]}.runtimeconfig.json" in files


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone
    except OSError:
        return []


def _reason(host: ScriptHost, path: str) -> str:
    if not host.programs:
        return f"{host.name} exists only on Windows"
    names = " or ".join(Path(name).name for name in dict.fromkeys(host.programs))
    return f"{host.name} needs {names}, and there is none on PATH ({path or 'empty'})"
