"""A home folder served alone."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.appservice.alone import HomeAlone
from emulator.appservice.scm import scm_app
from emulator.webjobs import Engine


@pytest.fixture
async def kudu(tmp_path: Path):
    home, work = tmp_path / "home", tmp_path / "work"
    engine = Engine(home, work / "temp", environment={}, instance_id="ab" * 32)
    site = HomeAlone(home, work, engine, settings={"A": "1"})
    site.home.create()
    async with TestClient(TestServer(scm_app(site))) as client:
        yield client


async def test_jobs_files_and_settings_are_there(kudu):
    assert await (await kudu.get("/api/webjobs")).json() == []
    assert [entry["name"] for entry in await (await kudu.get("/api/vfs/")).json()] == ["LogFiles", "data", "site"]
    assert await (await kudu.get("/api/settings")).json() == {"A": "1"}


async def test_there_is_no_app(kudu):
    assert await (await kudu.get("/api/processes")).json() == []
    assert (await kudu.get("/api/oneplan/state")).status == 404


async def test_a_package_is_taken_from_the_request_and_not_fetched(kudu, make_package):
    sent = await kudu.post("/api/zipdeploy", data=make_package({"a.txt": "1"}).read_bytes())
    fetched = await kudu.post("/api/publish?type=zip", json={"packageUri": "https://artifacts.example/p.zip"})

    assert (sent.status, fetched.status) == (200, 500)
    assert "send the package itself" in await fetched.text()
