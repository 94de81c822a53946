"""Reading a tree that no build has seen."""

import zlib
from pathlib import Path

import pytest

from oneplan.errors import PackagingError
from oneplan.packaging.firstlook import first_digests
from oneplan.packaging.ignore import parse
from oneplan.packaging.squeezer import SMALL_BYTES, WORTH_A_HELPER
from oneplan.packaging.tree import FoundFile, Source, walk
from oneplan.packaging.trees import TreeRecord, digests


def tree(folder: Path, contents: dict[str, bytes]) -> list[FoundFile]:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return walk(Source(folder, "", parse([])))


def test_first_look_sees_what_later_looks_see(tmp_path: Path):
    many = {f"{number}.txt": b"word " * (number % 50) for number in range(WORTH_A_HELPER)}
    odd = {"run.sh": b"echo\n", "tool": b"#!/bin/sh\n", "large.bin": b"x" * SMALL_BYTES, "empty": b""}
    found = tree(tmp_path, {**many, **odd})

    assert {name: digest for name, (_, digest) in first_digests(found).files.items()} == {
        name: digest for name, (_, digest) in digests(found, TreeRecord()).files.items()
    }


def test_small_files_are_held_as_they_stand_in_the_zip_and_large_ones_are_not(tmp_path: Path):
    held = first_digests(tree(tmp_path, {"small": b"word " * 90, "large": b"x" * SMALL_BYTES})).contents

    assert list(held) == ["small"]
    assert zlib.decompress(held["small"][3], -15) == b"word " * 90


@pytest.mark.parametrize("name", ["run.sh", "tool"])
def test_script_that_a_shell_would_stumble_over_is_refused(name: str, tmp_path: Path):
    found = tree(tmp_path, {name: b"#!/bin/sh\r\necho\r\n"})

    with pytest.raises(PackagingError, match="has Windows line endings"):
        first_digests(found)


def test_file_that_went_since_it_was_found_is_named(tmp_path: Path):
    found = tree(tmp_path, {"page.html": b"<p>"})
    (tmp_path / "page.html").unlink()

    with pytest.raises(PackagingError) as error:
        first_digests(found)

    assert str(error.value) == (
        f"{tmp_path}/page.html: cannot be read (No such file or directory); "
        "make it readable, or leave it out with a line in .oneplanignore"
    )
