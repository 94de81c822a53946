"""Addresses of the SCM site, as ASP.NET matches them: webjobs-semantics 9.1, Kudu.Services.Web/NinjectServices.cs."""

import os

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.appservice.alone import HomeAlone
from emulator.appservice.scm import scm_app
from emulator.webjobs.passthrough import path_of
from emulator.webjobs.testing import settle


@pytest.fixture
async def client(world):
    world.job("triggered/job1")
    world.job("continuous/job2")
    engine = await world.start()
    site = HomeAlone(world.home, world.temp.parent / "work", engine, settings={})
    site.home.create()
    async with TestClient(TestServer(scm_app(site))) as made:
        yield made


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/API/WebJobs", 200),
        ("GET", "/Api/TriggeredWebJobs/job1", 200),
        ("GET", "/api/TriggeredJobs/JOB1/SETTINGS/", 200),
        ("GET", "/JOBS/Continuous/Job2", 200),
        ("POST", "/api/triggeredwebjobs/job1/Run", 202),
        ("POST", "/api/ContinuousWebJobs/job2/Stop", 200),
        ("DELETE", "/api/ContinuousWebJobs/none", 200),
        ("GET", "/api/Settings/DEPLOYMENT_BRANCH", 200),
        ("GET", "/Api/Vfs/site/wwwroot/App_Data/jobs/triggered/job1/run.sh", 200),
        ("GET", "/api/VFS/site/wwwroot/app_data/", 404),
        ("GET", "/api/Deployments", 200),
        ("PATCH", "/API/WebJobs", 404),
    ],
)
async def test_words_of_a_route_match_in_any_case(client, verb, path, status):
    """9.1: what stands for a value stays as it is: job names compare without case, files on Linux with it."""
    answer = await client.request(verb, path)

    assert answer.status == status
    assert answer.status != 404 or answer.content_type != "application/json" or path in await answer.json()


async def test_run_started_by_another_spelling_is_the_same_run(world, client):
    """1.1, 9.2: its addresses are spelled as the folder is, so that they lead to its files."""
    started = await client.post("/API/triggeredWebJobs/JOB1/RUN?Arguments=a%20b")
    await settle()
    world.launcher.last.print("hello")
    await world.finish(0)
    [run] = (await (await client.get("/api/triggeredwebjobs/JOB1/history")).json())["runs"]

    output = await client.get(run["output_url"].partition(str(client.port))[2])

    assert (started.status, run["job_name"]) == (202, "job1")
    assert world.launcher.last.command.arguments == ("run.sh", "a", "b")
    assert "INFO] hello" in await output.text()


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/api/continuouswebjobs/loop/passthrough/a/b%20c", "a/b%20c"),
        ("/api/ContinuousJobs/loop/PassThrough", ""),
        ("/jobs/continuous/passthrough/passthrough/x", "x"),
        ("/api/jobs/continuous/continuous/passthrough//x", "/x"),
        ("/api/continuouswebjobs/loop/passthrough/passthrough/x", "passthrough/x"),
    ],
)
def test_path_behind_passthrough_is_the_jobs_own(address, path):
    """9.2: whatever the job and its paths are called."""
    assert path_of(address) == path


async def test_names_that_are_no_text_break_no_list(world, client):
    """9.2: Linux takes any bytes as a name, and one such folder must not hide the other jobs."""
    folder = os.fsencode(world.primary / "triggered") + b"/bad\xff"
    os.mkdir(folder)
    with open(folder + b"/run.sh", "w") as script:
        script.write("echo")

    jobs = await (await client.get("/api/triggeredwebjobs")).json()
    answers = [
        await client.get(f"/api/{path}")
        for path in ("vfs/site/wwwroot/App_Data/jobs/triggered/", "zip/site/wwwroot/", "triggeredwebjobsswagger")
    ]

    assert [job["name"].encode("utf-8", "surrogateescape") for job in jobs] == [b"bad\xff", b"job1"]
    assert jobs[0]["url"].endswith("/api/triggeredwebjobs/bad%FF")
    assert [answer.status for answer in answers] == [200, 200, 200]


async def test_settings_that_are_no_text_are_taken_with_replacements(client):
    """9.2: as .NET reads a body."""
    answer = await client.put("/api/triggeredwebjobs/job1/settings", data=b'{"a": "caf\xe9"}')

    assert answer.status == 200
    assert await (await client.get("/api/triggeredwebjobs/job1/settings")).json() == {"a": "caf\ufffd"}
