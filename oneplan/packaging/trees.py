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
from oneplan.packaging.squeeze import Squeezed
from oneplan.packaging.squeezer import SMALL_BYTES
from oneplan.packaging.store import written_whole
from oneplan.packaging.tree import FoundFile, Stamp, read_whole, unreadable

_FORMAT = 2
_CLOCK_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_000_000_000
_UNSETTLED = Stamp(-1, -1, -1, -1)
REMEMBERED_BYTES = 64 * 1024 * 1024
"""What the small files may have in all that are held in memory until they are packed."""

Known = tuple[Stamp, str]
"""Stamp and SHA-256, in hex, of a file."""


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
    files: Mapping[str, Known] = field(default_factory=dict)
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
    with written_whole(_seal_path(path), lasting=False) as out:
        out.write(json.dumps(asdict(seal)).encode())


def is_settled(files: Mapping[str, Known]) -> bool:
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
        files = dict(map(_read, data["files"]))
        return TreeRecord(data["inputs"], data["libraries"], files, BuiltPackage(**data["package"]))
    except (OSError, ValueError, KeyError, TypeError):
        return TreeRecord()


def save(path: Path, record: TreeRecord, package: BuiltPackage) -> None:
    """Writes the record of a finished build."""
    data = {
        "format": _FORMAT,
        "inputs": record.inputs,
        "libraries": record.libraries,
        "files": [
            f"{size} {mtime} {inode} {mode} {digest} {name}"
            for name, ((size, mtime, inode, mode), digest) in record.files.items()
        ],
        "package": {"sha256": package.sha256, "size": package.size, "files": package.files},
    }
    with written_whole(path, lasting=False) as out:
        out.write(json.dumps(data, separators=(",", ":")).encode())


def _read(line: str) -> tuple[str, Known]:
    size, mtime, inode, mode, digest, name = line.split(" ", 5)
    return name, (Stamp(int(size), int(mtime), int(inode), int(mode)), digest)


@dataclass(frozen=True, slots=True)
class Digests:
    """What is known of the files of a tree, by name in the package."""

    files: dict[str, Known]
    contents: dict[str, bytes | Squeezed]
    """The small files that were read just now: opening them again would cost as much as compressing them."""


def digests(found: Iterable[FoundFile], record: TreeRecord) -> Digests:
    """Returns stamp and SHA-256 of each file, reading only those whose stamp is not in `record`.

    Raises:
        PackagingError: if a file cannot be read, or is a script that a shell would stumble over.
    """
    files: dict[str, Known] = {}
    contents: dict[str, bytes | Squeezed] = {}
    room = REMEMBERED_BYTES
    for file in found:
        known = record.files.get(file.name)
        if known and known[0] == file.stamp:
            files[file.name] = known
            continue
        files[file.name], content = _digest(file)
        if len(content) < SMALL_BYTES <= room:
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


def stamp_at(stamp: Stamp, now: int) -> Stamp:
    """Returns what to remember of a file that is read from `now` (nanoseconds since 1970) on.

    The stamp of one just written is not kept, since its next change may leave the same.
    """
    tick = _CLOCK_TICK_NS if stamp.mtime_ns % 1_000_000_000 else _COARSE_TICK_NS
    return stamp if stamp.mtime_ns < now - tick else _UNSETTLED


def _digest(file: FoundFile) -> tuple[Known, bytes]:
    now = time.time_ns()
    try:
        content = read_whole(file.path, file.stamp.size)
    except OSError as error:
        raise unreadable(error, Path(file.path)) from error
    check_script(file.name, file.path, content)
    return (stamp_at(file.stamp, now), sha256(content).hexdigest()), content
