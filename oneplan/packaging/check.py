"""Refuses names that a package cannot carry to App Service, or that two files would fight over."""

import re
from collections.abc import Sequence

from oneplan.errors import PackagingError
from oneplan.manifest.values import OperatingSystem
from oneplan.packaging.archive import Member
from oneplan.packaging.layout import SITE_PACKAGES

LONGEST_PATH = {"linux": 4000, "windows": 235}
"""Bytes of a path below the site's root: Linux takes 4096 in all, Windows 260."""

_REFUSED_BY_WINDOWS = re.compile(
    r'[<>:"|?*]|[. ](/|$)|(^|/)(con|prn|aux|nul|com[1-9]|lpt[1-9])[. ]*(\.[^/]*)?(/|$)', re.IGNORECASE
)
"""Characters, endings and devices' names that no file has there.

Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""


def check_names(members: Sequence[Member], system: OperatingSystem) -> None:
    """Raises a PackagingError for the first name that is unusable or stands for two files."""
    if _is_plain([member.name for member in members], system):
        return
    seen: dict[str, str] = {}
    for member in members:
        name = member.name
        _check_name(name, system)
        other = seen.get(name.lower())
        if other is None:
            seen[name.lower()] = name
            continue
        if other == name:
            raise PackagingError(
                f"{name}: comes from two places (a folder of yours, and what oneplan adds); rename yours, "
                "or leave it out with a line in .oneplanignore"
            )
        if not name.startswith(SITE_PACKAGES):
            # Kudu compares names without case, and a job with two such files does not start.
            raise PackagingError(f"{name}: differs from {other} only by capital letters; rename one of them")


def _is_plain(names: Sequence[str], system: OperatingSystem) -> bool:
    """True if no name needs a closer look; quick, since nearly always it is so."""
    joined = "/".join(names)
    return (
        (system != "windows" or not _REFUSED_BY_WINDOWS.search(joined))
        and joined.isascii()
        and joined.isprintable()
        and "\\" not in joined
        and max(map(len, names), default=0) <= LONGEST_PATH[system]
        and len({name.lower() for name in names}) == len(names)
    )


def _check_name(name: str, system: OperatingSystem) -> None:
    longest = LONGEST_PATH[system]
    shown = name.encode("utf-8", "backslashreplace").decode()
    try:
        length = len(name.encode())
    except UnicodeEncodeError as error:
        raise PackagingError(f"{shown}: its name is not UTF-8; rename it") from error
    if length > longest:
        raise PackagingError(f"{shown}: the path is {length} bytes long and App Service takes {longest}; shorten it")
    if not name.isprintable() or "\\" in name:
        raise PackagingError(f"{name!r}: its name holds a backslash or a control character; rename it")
    if system == "windows" and _REFUSED_BY_WINDOWS.search(name):
        raise PackagingError(
            f"{name}: Windows has no file of this name (reserved characters, a device's name, or a dot or space at the "
            "end); rename it"
        )
