"""Archives that mean no good, or are odd: webjobs-semantics 9.3."""

import asyncio
import io
import stat
import struct
import zipfile

import pytest

from emulator.webjobs import Engine, JobType, uploads


def packed(tmp_path, *entries, method=zipfile.ZIP_DEFLATED):
    path = tmp_path / "upload"
    with zipfile.ZipFile(path, "w", method) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return path


def unpacked(tmp_path, archive):
    folder = tmp_path / "job"
    folder.mkdir()
    uploads.unpack(archive, folder)
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def test_names_that_lead_out_stay_inside(tmp_path):
    """9.3: ../ is neutralised."""
    archive = packed(tmp_path, ("../../a.sh", "x"), ("/b.sh", "x"), ("..\\c.sh", "x"), ("./d/./e.sh", "x"))

    assert sorted(unpacked(tmp_path, archive)) == ["a.sh", "b.sh", "c.sh", "d/e.sh"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job", "upload"]


def test_link_becomes_a_file(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    found = unpacked(tmp_path, packed(tmp_path, (link, "/etc/passwd")))

    assert (found["link"].is_symlink(), found["link"].read_text()) == (False, "/etc/passwd")


def test_bomb_is_refused_before_anything_is_written(tmp_path):
    archive = packed(tmp_path, ("zeros", bytes(1 << 20)))
    raw = bytearray(archive.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    struct.pack_into("<I", raw, at + 24, 2**32 - 2)
    archive.write_bytes(raw)

    with pytest.raises(zipfile.BadZipFile, match="it unpacks to 4294967294 bytes"):
        unpacked(tmp_path, archive)
    assert list((tmp_path / "job").iterdir()) == []


def test_date_that_does_not_exist_is_no_obstacle(tmp_path):
    """9.3: entry times are kept where they are times."""
    archive = packed(tmp_path, (zipfile.ZipInfo("run.sh", (2026, 1, 2, 3, 4, 6)), "x"))
    raw = archive.read_bytes().replace(struct.pack("<H", (46 << 9) | (1 << 5) | 2), struct.pack("<H", 46 << 9))
    archive.write_bytes(raw)

    assert list(unpacked(tmp_path, archive)) == ["run.sh"]


def test_names_in_an_older_encoding_are_read_as_such(tmp_path):
    archive = packed(tmp_path, ("run_\x82.sh".encode("latin-1").decode("cp437") + ".sh", "x"))

    assert len(unpacked(tmp_path, archive)) == 1


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"\x1f\x8b\x08"])
def test_what_is_no_archive_or_holds_nothing_leaves_nothing(tmp_path, content):
    (tmp_path / "upload").write_bytes(content)
    try:
        found = unpacked(tmp_path, tmp_path / "upload")
    except zipfile.BadZipFile:
        found = {}

    assert found == {}


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a")])
def test_file_that_is_a_folder_too_is_a_broken_archive(tmp_path, names):
    """9.3: 500 with the exception's text."""
    archive = packed(tmp_path, *((name, "x") for name in names))

    with pytest.raises(zipfile.BadZipFile):
        unpacked(tmp_path, archive)


def test_cut_archive_is_a_broken_one(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.sh", "x" * 1000)
    raw = bytearray(buffer.getvalue())
    raw[40:60] = bytes(20)
    (tmp_path / "upload").write_bytes(raw)

    with pytest.raises(zipfile.BadZipFile):
        unpacked(tmp_path, tmp_path / "upload")


async def test_uploads_at_the_same_time_are_taken_one_after_another(world):
    """9.3: the job is what one of them sent, all of it."""
    engine = Engine(world.home, world.temp, environment={}, instance_id="ab" * 32, launcher=world.launcher)
    archives = []
    for number in range(4):
        folder = world.temp / str(number)
        folder.mkdir(parents=True)
        names = [f"{number}-{part}.txt" for part in range(100)]
        archives.append(packed(folder, ("run.sh", "echo"), *((name, "x") for name in names)))

    await asyncio.gather(
        *(engine.put("job1", JobType.TRIGGERED, path, file_name="x.zip", is_archive=True) for path in archives)
    )

    files = [path.name for path in (world.primary / "triggered/job1").iterdir()]
    assert len(files) == 101
    assert len({name[0] for name in files} - {"r"}) == 1
