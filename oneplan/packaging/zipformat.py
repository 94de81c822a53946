"""The records of a zip file, as PKWARE's APPNOTE lays them out: local header, central directory, end.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import struct
from datetime import date
from typing import NamedTuple

_SHARED = struct.Struct("<5H3L2H")
_LAST_OF_CENTRAL = struct.Struct("<3H2L")
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_LOCAL, _CENTRAL = b"PK\3\4", b"PK\1\2\x14\3"  # the latter made on Unix, by version 2.0
_UTF8_NAMES = 0x0800
_NEEDED = 20
_NEEDED_64 = 45
_MADE_ON_UNIX = 3 << 8
_REGULAR_FILE = 0o100000
_LARGEST_16 = 0xFFFF

_FIRST_DAY = date(2000, 1, 1).toordinal()
_SLOTS_A_DAY = 43_200  # a zip's times have steps of two seconds
_TIME_SLOTS = 20 * 365 * _SLOTS_A_DAY  # twenty years, so that every time is past


class ZipEntry(NamedTuple):
    """What the records say of one entry; sizes are bytes, `digest` the SHA-256 that its time is made from."""

    name: str
    mode: int
    digest: bytes
    method: int
    crc: int
    packed_size: int
    size: int


def records(entry: ZipEntry, offset: int) -> tuple[bytes, bytes]:
    """Returns what stands before the entry's data, at `offset`, and its line in the directory at the end of the zip."""
    text, mode, digest, method, crc, packed_size, size = entry
    name = text.encode()
    flags = 0 if len(name) == len(text) else _UTF8_NAMES
    shared = _SHARED.pack(_NEEDED, flags, method, *dos_time(digest), crc, packed_size, size, len(name), 0)
    attributes = _LAST_OF_CENTRAL.pack(0, 0, 0, (_REGULAR_FILE | mode) << 16, offset)
    return _LOCAL + shared + name, _CENTRAL + shared + attributes + name


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
    return header_offset + len(_LOCAL) + _SHARED.size + len(name.encode())


def dos_time(digest: bytes) -> tuple[int, int]:
    """Returns the DOS time and date made from a content's digest.

    App Service's zip deployment copies a file only when its time differs: equal content keeps its time, changed content
    gets another. https://learn.microsoft.com/azure/app-service/deploy-zip
    """
    days, slot = divmod(int.from_bytes(digest[:8], "big") % _TIME_SLOTS, _SLOTS_A_DAY)
    day = date.fromordinal(_FIRST_DAY + days)
    minutes, step = divmod(slot, 30)
    hour, minute = divmod(minutes, 60)
    return hour << 11 | minute << 5 | step, (day.year - 1980) << 9 | day.month << 5 | day.day
