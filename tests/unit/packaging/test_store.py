"""Files written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.store import locked, written_whole


def test_file_appears_when_it_is_complete(tmp_path: Path):
    path = tmp_path / "new" / "file"

    with written_whole(path) as out:
        out.write(b"all")
        before = path.exists()

    assert (before, path.read_bytes(), list(path.parent.iterdir())) == (False, b"all", [path])


def test_error_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write_half() -> None:
        with written_whole(path) as out:
            out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()

    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (errno.ENOSPC, "the disk is full; free some space and run the command again"),
        (errno.EACCES, "cannot be written (Permission denied); check the folder's permissions"),
    ],
)
def test_refusal_of_the_system_is_told_in_words(code: int, text: str, tmp_path: Path):
    with pytest.raises(PackagingError) as error, written_whole(tmp_path / "file"):
        raise OSError(code, os.strerror(code))

    assert str(error.value) == f"{tmp_path}/file: {text}"


def test_file_in_the_place_of_the_folder_is_named(tmp_path: Path):
    (tmp_path / "taken").touch()

    with (
        pytest.raises(PackagingError, match=r"taken/file: cannot be written"),
        written_whole(tmp_path / "taken" / "file"),
    ):
        pass


def test_what_a_killed_build_left_an_hour_ago_is_removed(tmp_path: Path):
    old, new = tmp_path / ".tmp-old", tmp_path / ".tmp-new"
    old.touch()
    new.touch()
    os.utime(old, (1, 1))

    with written_whole(tmp_path / "file"):
        pass

    assert sorted(path.name for path in tmp_path.iterdir()) == [".tmp-new", "file"]


def test_lock_is_free_again_after_its_holder_failed(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "a.lock"):
        raise ZeroDivisionError

    with locked(tmp_path / "a.lock"):
        pass
