"""Archives through the SCM site: folders as zips, and packages that are not to be trusted."""

import asyncio
import io
import stat
import zipfile
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator import bodies
from emulator.appservice.alone import HomeAlone
from emulator.appservice.deployment.archive import Limits
from emulator.appservice.scm import scm_app, zips
from emulator.webjobs import Engine


@pytest.fixture
def site(tmp_path: Path) -> HomeAlone:
    home, work = tmp_path / "home", tmp_path / "work"
    made = HomeAlone(home, work, Engine(home, work / "temp", environment={}, instance_id="ab" * 32), settings={})
    made.home.create()
    return made


@pytest.fixture
async def kudu(site):
    async with TestClient(TestServer(scm_app(site))) as client:
        yield client


def archive(*entries):
    """A zip of (name or ZipInfo, content)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in entries:
            made.writestr(name, text)
    return content.getvalue()


def link(name, target):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target


async def test_a_folder_is_read_and_written_as_an_archive(kudu, site):
    (site.home.wwwroot / "kept.txt").write_text("1")

    put = await kudu.put("/api/zip/site/wwwroot/", data=archive(("a/b.txt", "2"), ("é.txt", "3")))
    got = await kudu.get("/api/zip/site/wwwroot/?fileName=mine.zip")

    found = zipfile.ZipFile(io.BytesIO(await got.read()))
    assert (put.status, got.headers["Content-Disposition"]) == (200, 'attachment; filename="mine.zip"')
    assert sorted(found.namelist()) == ["a/b.txt", "kept.txt", "é.txt"]
    assert list(site.home.temp.glob("*.zip")) == []


async def test_a_file_is_no_folder(kudu, site):
    (site.home.wwwroot / "a.txt").write_text("1")

    assert (await kudu.get("/api/zip/site/wwwroot/a.txt/")).status == 404
    assert (await kudu.put("/api/zip/site/wwwroot/a.txt/", data=archive(("x", "1")))).status == 400


async def test_links_are_left_out_of_what_is_sent(kudu, site, tmp_path):
    (tmp_path / "secret").write_text("1")
    (site.home.wwwroot / "link").symlink_to(tmp_path / "secret")
    (site.home.wwwroot / "folder").symlink_to(tmp_path)

    got = await kudu.get("/api/zip/site/wwwroot/")

    assert zipfile.ZipFile(io.BytesIO(await got.read())).namelist() == []


async def test_logs_are_downloaded(kudu, site):
    (site.home.logs / "2026_01_02_worker_docker.log").write_text("1")

    dump = zipfile.ZipFile(io.BytesIO(await (await kudu.get("/dump")).read()))
    docker = zipfile.ZipFile(io.BytesIO(await (await kudu.get("/api/logs/docker/zip")).read()))

    assert "2026_01_02_worker_docker.log" in dump.namelist()
    assert docker.namelist() == ["2026_01_02_worker_docker.log"]


BAD = {
    "slip": archive(("../../evil", "1")),
    "backslash slip": archive(("..\\..\\evil", "1")),
    "absolute": archive(("/tmp/evil", "1")),
    "drive": archive(("C:\\evil", "1")),
    "file and folder": archive(("a", "1"), ("a/b", "2")),
    "no zip": b"PK\x03\x04 nothing",
    "damaged": archive(("a.txt", "x" * 5000))[:-10],
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize(
    ("verb", "path", "status"), [("PUT", "/api/zip/site/wwwroot/", 400), ("POST", "/api/zipdeploy", 500)]
)
async def test_archives_that_are_not_to_be_trusted_change_nothing(kudu, site, tmp_path, what, verb, path, status):
    before = sorted(tmp_path.rglob("evil"))

    answer = await kudu.request(verb, path, data=BAD[what])

    assert answer.status == status, await answer.text()
    assert "Traceback" not in await answer.text()
    assert list(site.home.wwwroot.iterdir()) == []
    assert sorted(tmp_path.rglob("evil")) == before


async def test_a_link_in_an_archive_becomes_a_file(kudu, site):
    await kudu.put("/api/zip/site/wwwroot/", data=archive(link("link", "/etc/passwd")))

    assert (site.home.wwwroot / "link").is_symlink() is False
    assert (site.home.wwwroot / "link").read_text() == "/etc/passwd"


async def test_nothing_is_written_through_a_link_that_is_there(kudu, site, tmp_path):
    (site.home.wwwroot / "out").symlink_to(tmp_path)

    answer = await kudu.put("/api/zip/site/wwwroot/", data=archive(("ok.txt", "1"), ("out/evil", "1")))

    assert (answer.status, (tmp_path / "evil").exists(), (site.home.wwwroot / "ok.txt").exists()) == (400, False, False)
    assert await answer.json() == "package: 'out/evil' would be written through a link; remove 'out' first"


@pytest.mark.parametrize(
    ("limits", "entries", "reason"),
    [
        (Limits(entries=3), [(f"{number}", "") for number in range(4)], "package: 4 entries; at most 3 are allowed"),
        (Limits(total_bytes=10), [("a", "x" * 11)], "package: holds 11 bytes; at most 10 are allowed"),
        (
            Limits(ratio=10, ratio_from_bytes=1000),
            [("a", "x" * 100_000)],
            "package: unpacks to more than 10 times its size (100000 bytes); this looks like a zip bomb",
        ),
    ],
)
async def test_too_much_in_an_archive_is_refused(kudu, monkeypatch, limits, entries, reason):
    monkeypatch.setattr(zips, "Limits", lambda: limits)

    answer = await kudu.put("/api/zip/site/wwwroot/", data=archive(*entries))

    assert (answer.status, await answer.json()) == (400, reason)


async def test_a_hundred_thousand_entries_are_unpacked_or_refused_but_never_block(kudu, site):
    sent = asyncio.create_task(
        kudu.put("/api/zip/site/wwwroot/", data=archive(*((f"{number}", "") for number in range(2000))))
    )

    assert (await kudu.get("/api/environment")).status == 200
    assert (await sent).status == 200
    assert len(list(site.home.wwwroot.iterdir())) == 2000


async def test_names_in_another_encoding_are_taken_as_the_archive_says(kudu, site):
    """Without the UTF-8 flag a name is in code page 437, as PKWARE's APPNOTE D.1 says."""
    content = archive(("caf_.txt", "1")).replace(b"caf_.txt", b"caf\x82.txt")

    assert (await kudu.put("/api/zip/site/wwwroot/", data=content)).status == 200
    assert [entry.name for entry in site.home.wwwroot.iterdir()] == ["café.txt"]


NAMED = {"Content-Disposition": "attachment; filename=run.sh"}


@pytest.mark.parametrize(
    "path", ["/api/vfs/site/wwwroot/a", "/api/zip/site/wwwroot/", "/api/zipdeploy", "/api/triggeredwebjobs/a"]
)
async def test_a_body_above_the_limit_is_413_and_leaves_nothing(kudu, site, monkeypatch, path):
    monkeypatch.setattr(bodies, "LIMIT_BYTES", 10)

    async def chunks():
        for _ in range(3):
            yield b"12345"

    known = await kudu.request("POST" if "deploy" in path else "PUT", path, data=b"x" * 11, headers=NAMED)
    chunked = await kudu.request("POST" if "deploy" in path else "PUT", path, data=chunks(), headers=NAMED)

    assert (known.status, chunked.status) == (413, 413)
    assert list(site.home.wwwroot.iterdir()) == []
    assert [each for each in site.home.temp.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize("path", ["/api/vfs/site/wwwroot/a", "/api/continuouswebjobs/a"])
async def test_a_sender_that_falls_silent_is_408_and_others_are_served_meanwhile(kudu, site, monkeypatch, path):
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 0.05)
    served = asyncio.Event()

    async def silent():
        yield b"begin"
        await served.wait()
        await asyncio.Event().wait()

    slow = asyncio.create_task(kudu.put(path, data=silent(), headers=NAMED))
    assert (await kudu.get("/api/environment")).status == 200
    served.set()

    assert (await slow).status == 408
    assert list(site.home.wwwroot.iterdir()) == []
