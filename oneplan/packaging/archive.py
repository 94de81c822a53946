"""Writes a zip whose bytes depend on names, modes and contents alone: sorted, no data descriptors, no clock."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import ZipInfo

from oneplan.errors import PackagingError
from oneplan.packaging.compression import Compressor, compressor
from oneplan.packaging.previous import PreviousZip
from oneplan.packaging.tree import read_whole, unreadable
from oneplan.packaging.zipformat import (
    DEFLATED,
    STORED,
    ZipEntry,
    end_records,
    records,
)

THREADS = 2
LARGE_BYTES = 32 * 1024
"""From here on a file is worth a thread: handing a small one over takes longer than compressing it."""
MAX_PACKAGE_BYTES = 2048 * 1024 * 1024
"""The largest package that App Service takes."""

COMPRESSED_SUFFIXES = frozenset(
    f".{ending}"
    for endings in (
        ("avif", "gif", "jpeg", "jpg", "png", "webp", "mp3", "mp4", "ogg", "webm", "woff", "woff2"),
        ("7z", "br", "bz2", "gz", "jar", "nupkg", "whl", "xz", "zip", "zst"),
    )
    for ending in endings
)


class Member(NamedTuple):
    """One file of a package: its name there, its permission bits, the SHA-256 of its content, and the content."""

    name: str
    mode: int
    digest: bytes
    size: int
    content: bytes | str
    """The bytes, or the path of a file."""


class _Packed(NamedTuple):
    entry: ZipEntry
    data: bytes


def write_zip(out: BinaryIO, members: Iterable[Member], previous: PreviousZip | None = None) -> None:
    """Writes the zip of `members` to `out`; compressed data of unchanged members is taken over from `previous`.

    Raises:
        PackagingError: if a file cannot be read or changed since its digest was taken, or the zip grows too large.
        OSError: if `out` cannot be written.
    """
    ordered = sorted(members, key=lambda member: member.name.encode())
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


def _pack_all(ordered: Sequence[Member], previous: PreviousZip | None) -> Iterator[_Packed]:
    """Yields the members in order; large ones are compressed on two threads, small ones here in between."""
    with previous or PreviousZip(Path(), {}) as older:
        kept = {member.name for member in ordered if older.has(member.name, member.digest)}
        deflater = compressor()
        pool = ThreadPoolExecutor(THREADS)
        try:
            large = [member for member in ordered if member.size >= LARGE_BYTES and member.name not in kept]
            running = pool.map(lambda member: _pack(member, deflater), large)
            for member in ordered:
                if member.name in kept:
                    yield _repack(member, *older.read(member.name))
                else:
                    yield next(running) if member.size >= LARGE_BYTES else _pack(member, deflater)
        finally:
            pool.shutdown(cancel_futures=True)


def _repack(member: Member, info: ZipInfo, data: bytes) -> _Packed:
    entry = ZipEntry(
        member.name,
        member.mode,
        member.digest,
        info.compress_type,
        info.CRC,
        info.compress_size,
        info.file_size,
    )
    return _Packed(entry, data)


def _pack(member: Member, deflater: Compressor) -> _Packed:
    content = _content(member)
    data, method = content, STORED
    if _suffix(member.name) not in COMPRESSED_SUFFIXES:
        deflated = deflater.deflate(content)
        if len(deflated) < len(content):
            data, method = deflated, DEFLATED
    crc = zlib.crc32(content)
    return _Packed(ZipEntry(member.name, member.mode, member.digest, method, crc, len(data), len(content)), data)


def _content(member: Member) -> bytes:
    """Returns the member's bytes, which are those its digest was taken of."""
    if isinstance(member.content, bytes):
        return member.content
    try:
        content = read_whole(member.content, member.size)
    except OSError as error:
        raise unreadable(error, Path(member.content)) from error
    if sha256(content).digest() != member.digest:
        raise PackagingError(f"{member.content}: changed while it was being packaged; run the command again")
    return content


def _suffix(name: str) -> str:
    """Returns the ending of a file's name, in small letters."""
    return "." + name.rpartition("/")[2].rpartition(".")[2].lower()
