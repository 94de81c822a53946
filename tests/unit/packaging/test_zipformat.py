"""The records of a zip that has more entries than sixteen bits count."""

import struct

import pytest

from oneplan.packaging.zipformat import end_records


@pytest.mark.parametrize("count", [0, 3, 0xFFFE])
def test_few_entries_need_the_short_record_only(count: int):
    assert end_records(count, size=46, offset=99) == struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, 46, 99, 0)


def test_many_entries_get_the_wide_records_first():
    records = end_records(70_000, size=46, offset=99)

    wide = struct.unpack("<4sQ2H2L4Q", records[:56])
    locator = struct.unpack("<4sLQL", records[56:76])
    short = struct.unpack("<4s4H2LH", records[76:])
    assert wide == (b"PK\6\6", 44, 3 << 8 | 45, 45, 0, 0, 70_000, 70_000, 46, 99)
    assert locator == (b"PK\6\7", 0, 99 + 46, 1)
    assert short == (b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 46, 99, 0)
