"""The records of a zip file, as PKWARE's APPNOTE lays them out: local header, central directory, end.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import struct
from datetime import datetime, timedelta
from typing import NamedTuple

STORED, DEFLATED = 0, 8

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_UTF8_NAMES = 0x0800
_NEEDED = 20
_NEEDED_64 = 45
_MADE_ON_UNIX = 3 << 8
_REGULAR_FILE = 0o100000
_LARGEST_16 = 0xFFFF

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 -- a zip's times have no zone
_TIME_SLOTS = 20 * 365 * 43_200  # two-second steps of the twenty years after it, so that every time is past


class ZipEntry(NamedTuple):
    """What the records say of one entry; sizes are bytes, `digest` the SHA-256 that its time is made from."""

    name: str
    mode: int
    digest: bytes
    method: int
    crc: int
    packed_size: int
    size: int


def local_header(entry: ZipEntry) -> bytes:
    """Returns the record that stands before the entry's data."""
    return _LOCAL.pack(b"PK\3\4", _NEEDED, *_common(entry)) + entry.name.encode()


def central_record(entry: ZipEntry, offset: int) -> bytes:
    """Returns the entry's line in the directory at the end of the zip; its local header is at `offset`."""
    attributes = (_REGULAR_FILE | entry.mode) << 16
    record = _CENTRAL.pack(b"PK\1\2", _MADE_ON_UNIX | _NEEDED, _NEEDED, *_common(entry), 0, 0, 0, attributes, offset)
    return record + entry.name.encode()


def end_records(count: int, *, size: int, offset: int) -> bytes:
    """Returns what closes the zip whose directory has `count` entries and `size` bytes and starts at `offset`."""
    wide = b""
    if count >= _LARGEST_16:
        wide = _END_64.pack(
            b"PK\6\6",
            _END_64.size - 12,
            _MADE_ON_UNIX | _NEEDED_64,
            _NEEDED_64,
            0,
            0,
            count,
            count,
            size,
            offset,
        ) + _LOCATOR_64.pack(b"PK\6\7", 0, offset + size, 1)
    short = min(count, _LARGEST_16)
    return wide + _END.pack(b"PK\5\6", 0, 0, short, short, size, offset, 0)


def data_offset(header_offset: int, name: str) -> int:
    """Returns where the data of an entry written by this module starts."""
    return header_offset + _LOCAL.size + len(name.encode())


def _common(entry: ZipEntry) -> tuple[int, ...]:
    """Returns the fields from the flags to the lengths, which both records share."""
    flags = 0 if entry.name.isascii() else _UTF8_NAMES
    time, date = dos_time(entry.digest)
    name_length = len(entry.name.encode())
    return (flags, entry.method, time, date, entry.crc, entry.packed_size, entry.size, name_length, 0)


def dos_time(digest: bytes) -> tuple[int, int]:
    """Returns the DOS time and date made from a content's digest.

    App Service's zip deployment copies a file only when its time differs: equal content keeps its time, changed content
    gets another. https://learn.microsoft.com/azure/app-service/deploy-zip
    """
    slot = int.from_bytes(digest[:8], "big") % _TIME_SLOTS
    moment = _EPOCH + timedelta(seconds=2 * slot)
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    date = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    return time, date
