"""The zip writer."""

import io
import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneplan.errors import PackagingError
from oneplan.packaging import archive
from oneplan.packaging.archive import Member, write_zip
from oneplan.packaging.previous import PreviousZip
from oneplan.packaging.squeezer import SMALL_BYTES

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="/\\"), min_size=1, max_size=12
)
TREES = st.dictionaries(NAMES, st.tuples(st.binary(max_size=400), st.booleans()), max_size=8)


def member(name: str, content: bytes, mode: int = 0o644) -> Member:
    return Member(name, mode, sha256(content).digest(), len(content), content)


def zipped(*members: Member, previous: PreviousZip | None = None) -> bytes:
    out = io.BytesIO()
    write_zip(out, members, previous)
    return out.getvalue()


@settings(deadline=None, max_examples=40)
@given(tree=TREES, order=st.randoms(use_true_random=False))
def test_any_order_of_members_gives_the_same_bytes(tree, order):
    members = [member(name, content, 0o755 if runs else 0o644) for name, (content, runs) in tree.items()]
    shuffled = order.sample(members, len(members))

    assert zipped(*members) == zipped(*shuffled)


@settings(deadline=None, max_examples=40)
@given(tree=TREES)
def test_zipfile_reads_back_every_name_mode_and_content(tree):
    members = [member(name, content, 0o755 if runs else 0o644) for name, (content, runs) in tree.items()]

    with zipfile.ZipFile(io.BytesIO(zipped(*members))) as read:
        back = {info.filename: (read.read(info), info.external_attr >> 16 == 0o100755) for info in read.infolist()}
        assert read.testzip() is None

    assert back == tree


def test_entries_are_sorted_by_the_bytes_of_their_names():
    data = zipped(member("ä", b""), member("b", b""), member("B", b""), member("a/z", b""), member("a.z", b""))

    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["B", "a.z", "a/z", "b", "ä"]


def test_entry_says_unix_and_has_no_data_descriptor_or_extra_field():
    (info,) = zipfile.ZipFile(io.BytesIO(zipped(member("a.txt", b"x" * 100)))).infolist()

    assert (info.create_system, info.flag_bits, info.extra, info.comment) == (3, 0, b"", b"")


def test_time_follows_content_and_not_name():
    data = zipped(member("a", b"one"), member("b", b"one"), member("c", b"two"))

    times = {info.filename: info.date_time for info in zipfile.ZipFile(io.BytesIO(data)).infolist()}

    assert times["a"] == times["b"] != times["c"]


@settings(deadline=None, max_examples=40)
@given(content=st.binary(max_size=50))
def test_every_time_is_valid_and_past(content):
    (info,) = zipfile.ZipFile(io.BytesIO(zipped(member("a", content)))).infolist()

    assert 2000 <= info.date_time[0] <= 2019


def test_content_that_deflate_cannot_shrink_is_stored():
    data = zipped(member("noise", sha256(b"x").digest()), member("text", b"x" * 1000), member("photo.JPG", b"x" * 1000))

    methods = {info.filename: info.compress_type for info in zipfile.ZipFile(io.BytesIO(data)).infolist()}

    assert methods == {"noise": 0, "text": 8, "photo.JPG": 0}


@pytest.mark.skipif(not shutil.which("unzip"), reason="needs Info-ZIP")
def test_info_zip_finds_no_fault(tmp_path: Path):
    path = tmp_path / "a.zip"
    path.write_bytes(
        zipped(member("ä/ß.txt", b"x" * 1000), member("run.sh", b"#!/bin/bash\n", 0o755), member("empty", b""))
    )

    done = subprocess.run(["unzip", "-tqq", path], check=False)

    assert done.returncode == 0


def test_file_that_changed_since_its_digest_stops_the_build(tmp_path: Path):
    file = tmp_path / "page.html"
    file.write_text("new")

    with pytest.raises(PackagingError) as error:
        zipped(Member("page.html", 0o644, sha256(b"old").digest(), 3, str(file)))

    assert str(error.value) == f"{file}: changed while it was being packaged; run the command again"


def test_package_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MAX_PACKAGE_BYTES", 100)

    with pytest.raises(PackagingError, match="is larger than"):
        zipped(member("big.png", b"x" * 101))


def test_unchanged_members_are_taken_over_without_reading_them(tmp_path: Path):
    kept, changed = member("kept", b"same" * 50), member("changed", b"old" * 50)
    older = tmp_path / "older.zip"
    older.write_bytes(zipped(kept, changed))
    gone = Member("kept", 0o644, kept.digest, kept.size, str(tmp_path / "gone"))
    now = member("changed", b"new" * 50)
    previous = PreviousZip(older, {"kept": kept.digest, "changed": changed.digest})

    data = zipped(gone, now, previous=previous)

    assert data == zipped(kept, now)


def test_damaged_previous_zip_has_nothing_to_give(tmp_path: Path):
    older = tmp_path / "older.zip"
    older.write_bytes(b"not a zip")
    one = member("one", b"1" * 50)

    assert zipped(one, previous=PreviousZip(older, {"one": one.digest})) == zipped(one)


def test_large_and_small_members_come_out_in_order_and_whole(tmp_path: Path):
    contents = {f"{number:02}": bytes([number]) * (number % 3 * SMALL_BYTES + number) for number in range(40)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    members = [member(name, content)._replace(content=str(tmp_path / name)) for name, content in contents.items()]

    with zipfile.ZipFile(io.BytesIO(zipped(*members))) as read:
        back = {name: read.read(name) for name in read.namelist()}

    assert list(back) == sorted(contents)
    assert back == contents


def test_twenty_zips_of_one_tree_are_the_same_bytes():
    members = [member(f"{number}", (str(number) * 300).encode()) for number in range(50)]

    assert len({zipped(*members) for _ in range(20)}) == 1
