"""Files over HTTP beyond the plain case (VfsControllerBase.cs), and how a log stream ends."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.appservice.alone import HomeAlone
from emulator.appservice.scm import scm_app
from emulator.webjobs import Engine

PATH = "/api/vfs/site/a.txt"


@pytest.fixture
async def kudu(tmp_path: Path):
    home, work = tmp_path / "home", tmp_path / "work"
    engine = Engine(home, work / "temp", environment={}, instance_id="ab" * 32)
    site = HomeAlone(home, work, engine, settings={"SCM_LOGSTREAM_TIMEOUT": "0"})
    site.home.create()
    async with TestClient(TestServer(scm_app(site))) as client:
        yield client


async def test_part_of_an_older_version_is_the_whole_of_the_new_one(kudu):
    tag = (await kudu.put(PATH, data=b"hello")).headers["ETag"]

    async def read(condition):
        answer = await kudu.get(PATH, headers={"Range": "bytes=1-2", "If-Range": condition})
        return answer.status, await answer.text()

    assert await read(tag) == (206, "el")
    assert await read('"0000000000000000"') == (200, "hello")
    assert await read(f"W/{tag}") == (200, "hello")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/api/vfs", "/api/vfs/"),
        ("/api/vfs/site?x=1&y", "/api/vfs/site/?x=1&y"),
        ("/vfs/site/a.txt/?x=1", "/vfs/site/a.txt?x=1"),
    ],
)
async def test_slash_of_a_folder_is_asked_for_and_the_query_stays(kudu, path, location):
    await kudu.put(PATH, data=b"hello")

    answer = await kudu.get(path, allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (307, f"http://{kudu.host}:{kudu.port}{location}")


async def test_log_stream_says_why_it_ends(kudu):
    lines = (await (await kudu.get("/api/logstream")).text()).splitlines()

    assert [line.partition("  ")[2] for line in lines] == [
        "Welcome, you are now connected to log-streaming service.",
        "Stream terminated due to timeout 0 min(s).",
    ]


async def test_log_stream_is_a_stream_of_events_for_who_asks_for_one(kudu):
    """`EventSource` in a browser does."""
    answer = await kudu.get("/api/logstream", headers={"Accept": "text/event-stream"})
    events = (await answer.text()).split("\n\n")

    assert answer.content_type == "text/event-stream"
    assert [event.partition("  ")[2] for event in events[:2]] == [
        "Welcome, you are now connected to log-streaming service.",
        "Stream terminated due to timeout 0 min(s).",
    ]
    assert all(event.startswith("data: 2") for event in events[:2])
