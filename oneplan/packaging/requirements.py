"""Reads requirement files with those they include, and finds pins that contradict each other."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from oneplan.errors import PackagingError
from oneplan.packaging.tree import unreadable

_INCLUDE = re.compile(r"(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S+)")
_LOCAL = re.compile(r"(?:-e\b|--editable\b|\.{0,2}/|file:|[^#\s]+\s*@\s*file:)")
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_PIN = re.compile(_NAME.pattern + r"\s*(?:\[[^\]]*\])?\s*={2,3}\s*([^\s;,*]+)\s*")


@dataclass(frozen=True, slots=True)
class RequirementFile:
    """A requirement file as it was read."""

    path: Path
    shown: str
    """Its path from the project's root."""
    text: str
    included: bool
    """True if another file includes it, so that pip is not told of it."""

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yields the requirements and options, each with its line number, without comments and continuations."""
        pending, start = "", 0
        for number, raw in enumerate(self.text.splitlines(), 1):
            start = start if pending else number
            pending += re.sub(r"(^|\s)#.*", "", raw).rstrip()
            if pending.endswith("\\"):
                pending = pending[:-1] + " "
                continue
            if pending.strip():
                yield start, pending.strip()
            pending = ""
        if pending.strip():
            yield start, pending.strip()

    def is_hashed(self) -> bool:
        """True if the file pins packages by hash; installers then accept nothing without."""
        return "--hash=" in self.text

    def names(self) -> frozenset[str]:
        """Returns the normal names of the packages that the file asks for."""
        matches = (_NAME.match(line) for _, line in self.lines())
        return frozenset(normal_name(match[1]) for match in matches if match)

    def pins(self) -> Iterator[tuple[str, str]]:
        """Yields name and version of what is pinned with `==` on every platform."""
        for _, line in self.lines():
            match = _PIN.fullmatch(re.sub(r"\s--hash[= ]\S+", "", line))
            if match:
                yield normal_name(match[1]), match[2]


def normal_name(name: str) -> str:
    """Returns a package's name as the packaging specifications compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read(paths: Iterable[Path], root: Path) -> tuple[RequirementFile, ...]:
    """Returns the files and all that they include, in order and without repetition.

    Raises:
        PackagingError: if a file cannot be read, or names a folder, which no cache could watch.
    """
    seen: dict[Path, RequirementFile] = {}
    for path in paths:
        _read_into(seen, path, root, included=False)
    return tuple(seen.values())


def check_pins(files: Sequence[RequirementFile]) -> None:
    """Raises a PackagingError if two files pin one package to different versions; all share one set of packages."""
    pinned: dict[str, tuple[str, RequirementFile]] = {}
    for file in files:
        for name, version in file.pins():
            other_version, other = pinned.setdefault(name, (version, file))
            if _normal_version(version) != _normal_version(other_version):
                raise PackagingError(
                    f"{file.shown}: needs {name}=={version} but {other.shown} has {other_version}; "
                    "a site and its jobs share one set of packages, so agree on a version or use another app"
                )


def _read_into(seen: dict[Path, RequirementFile], path: Path, root: Path, *, included: bool) -> None:
    path = path.resolve()
    if path in seen:
        return
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise unreadable(error, path) from error
    except UnicodeDecodeError as error:
        raise PackagingError(f"{shown}: is not UTF-8 text; save it as UTF-8") from error
    file = seen[path] = RequirementFile(path, shown, text, included)
    for number, line in file.lines():
        if match := _INCLUDE.match(line):
            _read_into(seen, path.parent / match[1], root, included=True)
        elif _LOCAL.match(line):
            raise PackagingError(
                f"{shown}:{number}: {line!r} is a path on this machine; "
                "name a package, or put the code in the app's folder"
            )


def _normal_version(version: str) -> str:
    return re.sub(r"(\.0)+$", "", version.lower().removeprefix("v"))
