"""Writes a zip whose bytes depend on names, modes and contents alone: sorted, no data descriptors, no clock."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import ZipInfo

from oneplan.errors import PackagingError
from oneplan.packaging.compression import Compressor, compressor
from oneplan.packaging.previous import PreviousZip
from oneplan.packaging.tree import unreadable
from oneplan.packaging.zipformat import (
    DEFLATED,
    STORED,
    ZipEntry,
    central_record,
    end_records,
    local_header,
)

THREADS = 2
BATCH_FILES = 64  # one task a file makes two threads slower than none
BATCH_BYTES = 8 * 1024 * 1024
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


@dataclass(frozen=True, slots=True)
class Member:
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
    for packed in _pack_all(ordered, previous):
        directory.append(central_record(packed.entry, position))
        position += out.write(local_header(packed.entry) + packed.data)
        if position > MAX_PACKAGE_BYTES:
            raise PackagingError(
                f"package: is larger than {MAX_PACKAGE_BYTES // 1024**2} MB, the most App Service takes; "
                "leave files out with a .oneplanignore file, or keep them in a storage container"
            )
    closing = b"".join(directory)
    out.write(closing + end_records(len(directory), size=len(closing), offset=position))


def _pack_all(ordered: Sequence[Member], previous: PreviousZip | None) -> Iterator[_Packed]:
    """Yields the members in order, compressed on two threads while the caller writes."""
    with previous or PreviousZip(Path(), {}) as older:
        kept = {member.name for member in ordered if older.has(member.name, member.digest)}
        deflater = compressor()
        pool = ThreadPoolExecutor(THREADS)
        try:
            changed = _batches(member for member in ordered if member.name not in kept)
            batches = pool.map(lambda batch: [_pack(member, deflater) for member in batch], changed)
            fresh = (packed for batch in batches for packed in batch)
            for member in ordered:
                yield _repack(member, *older.read(member.name)) if member.name in kept else next(fresh)
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
        with open(member.content, "rb") as opened:  # noqa: PTH123 - a Path a file costs as much as reading it
            content = opened.read()
    except OSError as error:
        raise unreadable(error, Path(member.content)) from error
    if sha256(content).digest() != member.digest:
        raise PackagingError(f"{member.content}: changed while it was being packaged; run the command again")
    return content


def _batches(members: Iterable[Member]) -> Iterator[list[Member]]:
    batch: list[Member] = []
    size = 0
    for member in members:
        batch.append(member)
        size += member.size
        if len(batch) == BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _suffix(name: str) -> str:
    """Returns the ending of a file's name, in small letters."""
    return "." + name.rpartition("/")[2].rpartition(".")[2].lower()
