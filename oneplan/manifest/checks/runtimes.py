"""Runtime versions App Service offers, as of `AS_OF`; and what cannot carry WebJobs.

Sources: `az webapp list-runtimes` and https://learn.microsoft.com/azure/app-service/language-support-policy. A version
that is newer than all known ones is told as a warning only, for the list ages faster than this product.
"""

import re
from functools import lru_cache

AS_OF = "2026-09"

OFFERED = {
    "linux": {
        "python": ("3.10", "3.11", "3.12", "3.13", "3.14"),
        "node": ("20-lts", "22-lts", "24-lts", "26"),
        "dotnet": ("8.0", "9.0", "10.0"),
        "php": ("8.2", "8.3", "8.4", "8.5"),
        "java": ("8", "11", "17", "21", "25"),
    },
    "windows": {
        "node": ("20-lts", "22-lts", "24-lts"),
        "dotnet": ("8.0", "9.0", "10.0"),
        "java": ("8", "11", "17", "21", "25"),
    },
}
"""Versions by operating system and language; of Java only the first number counts, as in `21-java21`."""

_ALPINE_JAVA = ("8", "11")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@lru_cache(maxsize=256)
def verdict(runtime: str, system: str) -> tuple[str, str] | None:
    """Returns the code and message about a runtime that is not offered; None for one that is."""
    language, _, version = runtime.partition(":")
    if language == "image":
        return None
    offered = OFFERED[system].get(language)
    if offered is None:
        return "WJ056", f'runtime "{runtime}" is not offered on {system}; set plan.os to linux, or use an image'
    if _is_known(version, offered):
        return None
    newest = ", ".join(f"{language}:{one}" for one in reversed(offered[-3:]))
    if _sort_key(version) > _sort_key(offered[-1]):
        message = (
            f'runtime "{runtime}" is not in the list of {AS_OF} that oneplan knows, and may be new; newest there: '
            f"{newest}, ask `az webapp list-runtimes --os-type {system}`"
        )
        return "WJ115", message
    return "WJ056", f'runtime "{runtime}" is not offered on {system}; newest: {newest}'


def is_alpine(runtime: str) -> str | None:
    """Returns why a Linux runtime stands on Alpine, where WebJobs do not run; None for all others.

    Source: https://learn.microsoft.com/azure/app-service/webjobs-create, its note on Alpine.
    """
    language, _, version = runtime.partition(":")
    if language == "image" and re.search(r"(?:^|[-:/._])alpine", version):
        return "the container is based on Alpine"
    if language == "java" and _major(version) in _ALPINE_JAVA:
        return f"Java {_major(version)} on Linux is based on Alpine"
    return None


def _is_known(version: str, offered: tuple[str, ...]) -> bool:
    plain = version.removesuffix("-lts")
    return any(plain == one.removesuffix("-lts") or _major(plain) == one for one in offered)


def _major(version: str) -> str:
    return re.split("[.-]", version, maxsplit=1)[0]


def _sort_key(version: str) -> tuple[int, ...]:
    match = _NUMBER.match(version)
    return tuple(int(part) for part in match.group().split(".")) if match else (0,)
