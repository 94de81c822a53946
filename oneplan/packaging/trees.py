"""Remembers the digests of a site's files by their stamps, so that an unchanged tree costs a walk and no reading."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from oneplan.packaging.archive import Member
from oneplan.packaging.scripttext import check_script
from oneplan.packaging.store import written_whole
from oneplan.packaging.tree import FoundFile, Stamp, read_whole, unreadable

_FORMAT = 1
_CLOCK_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_000_000_000
_UNSETTLED = Stamp(-1, -1, -1, -1)
_SMALL_BYTES = 32 * 1024
_REMEMBERED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BuiltPackage:
    """The zip that the remembered tree became."""

    sha256: str
    size: int
    files: int


@dataclass(frozen=True, slots=True)
class TreeRecord:
    """What one build of one site has seen and made."""

    inputs: str = ""
    """Digest of everything besides the files: generated content, requirements, platform."""
    libraries: bool = False
    """Whether jobhost was packaged too."""
    files: Mapping[str, tuple[Stamp, str]] = field(default_factory=dict)
    """By name in the package: stamp and SHA-256 in hex."""
    package: BuiltPackage | None = None

    def is_of(self, inputs: str, found: Sequence[FoundFile]) -> bool:
        """True if the record was made of exactly these inputs and files."""
        files = self.files
        return (
            inputs == self.inputs
            and len(found) == len(files)
            and all((known := files.get(file.name)) and known[0] == file.stamp for file in found)
        )


@dataclass(frozen=True, slots=True)
class Seal:
    """The short form of a record: enough to see that nothing has changed, without a look at each file's digest."""

    libraries: bool
    digest: str
    package: BuiltPackage


def seal_of(inputs: str, found: Iterable[FoundFile]) -> str:
    """Returns the SHA-256, in hex, over the inputs and the names and stamps of all files, as they were found."""
    lines = [f"{name}\0{size} {mtime} {inode} {mode}" for name, _, (size, mtime, inode, mode) in found]
    return sha256("\n".join([inputs, *lines]).encode("utf-8", "surrogateescape")).hexdigest()


def load_seal(path: Path) -> Seal | None:
    """Returns the seal of the record at `path`; None if there is none, or it cannot be understood."""
    try:
        data: dict[str, Any] = json.loads(_seal_path(path).read_bytes())
        return Seal(data["libraries"], data["digest"], BuiltPackage(**data["package"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_seal(path: Path, seal: Seal) -> None:
    """Writes the seal of the record at `path`."""
    with written_whole(_seal_path(path)) as out:
        out.write(json.dumps(asdict(seal)).encode())


def is_settled(files: Mapping[str, tuple[Stamp, str]]) -> bool:
    """True if every file's stamp would change with the file."""
    return all(stamp is not _UNSETTLED for stamp, _ in files.values())


def _seal_path(path: Path) -> Path:
    return path.with_suffix(".seal.json")


def load(path: Path) -> TreeRecord:
    """Returns the record at `path`; an empty one if there is none, or it cannot be understood."""
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        if data["format"] != _FORMAT:
            return TreeRecord()
        files = {name: (Stamp(*stamp), digest) for name, (*stamp, digest) in data["files"].items()}
        return TreeRecord(data["inputs"], data["libraries"], files, BuiltPackage(**data["package"]))
    except (OSError, ValueError, KeyError, TypeError):
        return TreeRecord()


def save(path: Path, record: TreeRecord, package: BuiltPackage) -> None:
    """Writes the record of a finished build."""
    data = {
        "format": _FORMAT,
        "inputs": record.inputs,
        "libraries": record.libraries,
        "files": {name: [*stamp, digest] for name, (stamp, digest) in record.files.items()},
        "package": {"sha256": package.sha256, "size": package.size, "files": package.files},
    }
    with written_whole(path) as out:
        out.write(json.dumps(data, separators=(",", ":")).encode())


@dataclass(frozen=True, slots=True)
class Digests:
    """What is known of the files of a tree, by name in the package."""

    files: Mapping[str, tuple[Stamp, str]]
    """Stamp and SHA-256 in hex."""
    contents: Mapping[str, bytes]
    """The small files that were read just now: opening them again would cost as much as compressing them."""


def digests(found: Iterable[FoundFile], record: TreeRecord) -> Digests:
    """Returns stamp and SHA-256 of each file, reading only those whose stamp is not in `record`.

    Raises:
        PackagingError: if a file cannot be read, or is a script that a shell would stumble over.
    """
    files: dict[str, tuple[Stamp, str]] = {}
    contents: dict[str, bytes] = {}
    room = _REMEMBERED_BYTES
    for file in found:
        known = record.files.get(file.name)
        if known and known[0] == file.stamp:
            files[file.name] = known
            continue
        files[file.name], content = _digest(file)
        if len(content) < _SMALL_BYTES <= room:
            contents[file.name] = content
            room -= len(content)
    return Digests(files, contents)


def members(found: Iterable[FoundFile], seen: Digests) -> list[Member]:
    """Returns the found files as members of a package."""
    files, contents = seen.files, seen.contents
    return [
        Member(
            name,
            0o755 if stamp.mode & 0o100 else 0o644,
            bytes.fromhex(files[name][1]),
            stamp.size,
            contents.get(name, path),
        )
        for name, path, stamp in found
    ]


def _digest(file: FoundFile) -> tuple[tuple[Stamp, str], bytes]:
    """Reads a file; the stamp of one just written is not kept, since its next change may leave the same stamp."""
    now = time.time_ns()
    try:
        content = read_whole(file.path, file.stamp.size)
    except OSError as error:
        raise unreadable(error, Path(file.path)) from error
    check_script(file.name, file.path, content)
    tick = _CLOCK_TICK_NS if file.stamp.mtime_ns % 1_000_000_000 else _COARSE_TICK_NS
    settled = file.stamp.mtime_ns < now - tick
    return ((file.stamp if settled else _UNSETTLED), sha256(content).hexdigest()), content
