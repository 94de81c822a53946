"""Writes a zip whose bytes depend on names, modes and contents alone: sorted, no data descriptors, no clock."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import ZipInfo

from oneplan.errors import PackagingError
from oneplan.packaging.compression import deflates
from oneplan.packaging.previous import PreviousZip
from oneplan.packaging.squeeze import Squeezed, packed
from oneplan.packaging.squeezer import SMALL_BYTES, Squeezer
from oneplan.packaging.tree import read_whole, unreadable
from oneplan.packaging.zipformat import ZipEntry, end_records, records

THREADS = 2
MAX_PACKAGE_BYTES = 2048 * 1024 * 1024
"""The largest package that App Service takes."""

_WINDOW = 4096
"""Members whose data is held in memory at once."""


class Member(NamedTuple):
    """One file of a package: its name there, its permission bits, the SHA-256 of its content, and the content."""

    name: str
    mode: int
    digest: bytes
    size: int
    content: bytes | str | Squeezed
    """The bytes, the path of a file, or what the zip will hold of it."""


_Packed = tuple[ZipEntry, bytes]
"""An entry and its data."""


def write_zip(out: BinaryIO, members: Iterable[Member], previous: PreviousZip | None = None) -> None:
    """Writes the zip of `members` to `out`; compressed data of unchanged members is taken over from `previous`.

    Raises:
        PackagingError: if a file cannot be read or changed since its digest was taken, or the zip grows too large.
        OSError: if `out` cannot be written.
    """
    ordered = in_order(members)
    directory: list[bytes] = []
    position = 0
    for entry, data in _pack_all(ordered, previous):
        before, line = records(entry, position)
        directory.append(line)
        out.write(before)
        out.write(data)
        position += len(before) + len(data)
        if position > MAX_PACKAGE_BYTES:
            raise PackagingError(
                f"package: is larger than {MAX_PACKAGE_BYTES // 1024**2} MB, the most App Service takes; "
                "leave files out with a .oneplanignore file, or keep them in a storage container"
            )
    closing = b"".join(directory)
    out.write(closing + end_records(len(directory), size=len(closing), offset=position))


def in_order(members: Iterable[Member]) -> list[Member]:
    """Returns the members as they stand in the zip: by the bytes of their names."""
    return sorted(members, key=lambda member: member.name.encode())


def _pack_all(ordered: Sequence[Member], previous: PreviousZip | None) -> Iterator[_Packed]:
    """Yields the members in order; large ones are compressed on two threads, small ones by a squeezer in between."""
    with previous or PreviousZip(Path(), {}) as older, Squeezer() as squeezer:
        new = [member for member in ordered if not older.has(member.name, member.digest)] if previous else ordered
        names = {member.name for member in new}
        pool = ThreadPoolExecutor(THREADS)
        try:
            running = pool.map(_pack, filter(_is_large, new))
            for start in range(0, len(ordered), _WINDOW):
                window = ordered[start : start + _WINDOW]
                squeezed = _squeezed([member for member in window if member.name in names], squeezer)
                for member in window:
                    if member.name not in names:
                        yield _repack(member, *older.read(member.name))
                    elif member.size >= SMALL_BYTES:
                        yield next(running)
                    else:
                        yield _pack(squeezed.get(member.name, member))
        finally:
            pool.shutdown(cancel_futures=True)


def _is_large(member: Member) -> bool:
    return member.size >= SMALL_BYTES


def _squeezed(members: Iterable[Member], squeezer: Squeezer) -> Mapping[str, Member]:
    """Returns the small files among the members with their data, by name, but for those that want a closer look."""
    small = [
        (member, (member.content, member.size, deflates(member.name)))
        for member in members
        if isinstance(member.content, str) and member.size < SMALL_BYTES
    ]
    answers = squeezer.all([file for _, file in small])
    return {
        member.name: member._replace(content=answer)
        for (member, _), answer in zip(small, answers, strict=True)
        if answer and answer[0] == member.digest
    }


def _repack(member: Member, info: ZipInfo, data: bytes) -> _Packed:
    name, mode, digest, _, _ = member
    return ZipEntry(name, mode, digest, info.compress_type, info.CRC, info.compress_size, info.file_size), data


def _pack(member: Member) -> _Packed:
    name, mode, digest, size, content = member
    if isinstance(content, tuple):
        _, crc, method, data = content
    else:
        content = _content(content, member)
        method, data = packed(content, deflates=deflates(name))
        crc, size = zlib.crc32(content), len(content)
    return ZipEntry(name, mode, digest, method, crc, len(data), size), data


def _content(content: bytes | str, member: Member) -> bytes:
    """Returns the member's bytes, which are those its digest was taken of."""
    if isinstance(content, bytes):
        return content
    try:
        read = read_whole(content, member.size)
    except OSError as error:
        raise unreadable(error, Path(content)) from error
    if sha256(read).digest() != member.digest:
        raise PackagingError(f"{content}: changed while it was being packaged; run the command again")
    return read
