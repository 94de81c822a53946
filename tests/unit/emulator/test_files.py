"""Files that are whole or not there."""

import stat

import pytest

from emulator.files import write_atomically


def test_a_file_is_replaced_with_its_mode_and_nothing_else_is_left(tmp_path):
    file = tmp_path / "folder" / "secret"
    write_atomically(file, b"old")

    write_atomically(file, b"new", mode=0o600)

    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_where_writing_fails_the_old_file_stays(tmp_path):
    file = tmp_path / "file"
    file.mkdir()

    with pytest.raises(OSError, match="directory"):
        write_atomically(file, b"new")

    assert list(tmp_path.iterdir()) == [file]
