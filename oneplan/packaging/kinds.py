"""The kinds of file a job may be, in the order App Service looks for them, and the words that start each."""

from collections.abc import Mapping

from oneplan.manifest.values import OperatingSystem

ENDINGS = (".cmd", ".bat", ".exe", ".ps1", ".sh", ".py", ".php", ".js", ".fsx", ".jar", ".dll")
"""Kudu's order (Kudu.Core/Jobs/JobsManagerBase.cs); it has no host for the last two, which a run script starts."""

WINDOWS_ONLY = (".cmd", ".bat", ".exe", ".ps1", ".fsx")

LANGUAGES: Mapping[str, str] = {".py": "python", ".php": "php", ".js": "node", ".jar": "java", ".dll": "dotnet"}
"""Whose runtime a file needs: on Linux a job runs in its site's container."""

TEXT = (".cmd", ".bat", ".ps1", ".sh", ".py", ".php", ".js", ".fsx")
"""Those that are scripts."""

_LINUX = {".sh": "bash", ".py": "python3", ".php": "php", ".js": "node", ".jar": "java -jar", ".dll": "dotnet"}
_WINDOWS = {
    ".cmd": "call",
    ".bat": "call",
    ".exe": "",
    ".ps1": "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File",
    ".sh": "bash.exe",
    ".py": "python.exe",
    ".php": "php.exe",
    ".js": "node.exe",
    ".fsx": "fsi.exe",
    ".jar": "java.exe -jar",
    ".dll": "dotnet.exe",
}


def endings(system: OperatingSystem) -> tuple[str, ...]:
    """Returns the kinds that run on a system."""
    return ENDINGS if system == "windows" else tuple(ending for ending in ENDINGS if ending not in WINDOWS_ONLY)


def starter(ending: str, system: OperatingSystem) -> str | None:
    """Returns the program that starts a file, perhaps an empty text; None for a file that is a program itself."""
    return (_WINDOWS if system == "windows" else _LINUX).get(ending)
