"""A home folder served alone."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.appservice.alone import HomeAlone
from emulator.appservice.scm import scm_app
from emulator.webjobs import Engine
from emulator.webjobs.environment import SETTING_DEFAULTS


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
    assert await (await kudu.get("/api/settings")).json() == SETTING_DEFAULTS | {"A": "1"}


async def test_there_is_no_app(kudu):
    assert await (await kudu.get("/api/processes")).json() == []
    assert (await kudu.get("/api/oneplan/state")).status == 404


async def test_a_package_is_taken_from_the_request_and_not_fetched(kudu, make_package):
    sent = await kudu.post("/api/zipdeploy", data=make_package({"a.txt": "1"}).read_bytes())
    fetched = await kudu.post("/api/publish?type=zip", json={"packageUri": "https://artifacts.example/p.zip"})

    assert (sent.status, fetched.status) == (200, 500)
    assert "send the package itself" in await fetched.text()


async def test_settings_set_at_run_time_beat_app_settings_and_can_be_removed(kudu):
    """Kudu's /api/settings: both forms of the body, 204, and the file it keeps them in."""
    answers = [
        await kudu.post("/api/settings", json={"A": "2", "WEBJOBS_STOPPED": 1}),
        await kudu.post("/api/settings", json={"key": "B", "value": "3"}),
    ]
    changed = await (await kudu.get("/api/settings")).json()
    removed = await kudu.delete("/api/settings/A")

    assert [answer.status for answer in (*answers, removed)] == [204, 204, 204]
    assert changed == SETTING_DEFAULTS | {"A": "2", "WEBJOBS_STOPPED": "1", "B": "3"}
    assert await (await kudu.get("/api/settings/A")).json() == "1"
    assert (await kudu.get("/api/settings/C")).status == 404


@pytest.mark.parametrize("body", ["[1]", "{", '{"A": null}', '{"A": {}}', '{"": "x"}', '{"A": "\\u0001"}'])
async def test_settings_that_cannot_be_kept_are_refused(kudu, body):
    answer = await kudu.post("/api/settings", data=body)

    assert answer.status == 400
    assert await (await kudu.get("/api/settings")).json() == SETTING_DEFAULTS | {"A": "1"}
