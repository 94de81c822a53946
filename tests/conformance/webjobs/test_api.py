"""The REST API: webjobs-semantics section 9, kudu-test-facts U6, F12 to F14."""

import errno
import io
import zipfile
from unittest.mock import AsyncMock

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from emulator.webjobs.answers import no_route
from emulator.webjobs.api import routes
from emulator.webjobs.testing import settle


@pytest.fixture
async def client(world):
    """A client of a server whose engine is the world's newest."""
    app = web.Application()
    app.add_routes(routes(lambda request: world.engine))
    app.router.add_route("*", "/{path:.*}", _no_route)
    async with TestClient(TestServer(app)) as made:
        yield made


async def _no_route(request):
    return no_route(request)


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


async def upload(client, path, content, file_name, content_type="application/octet-stream"):
    headers = {"Content-Disposition": f"attachment; filename={file_name}", "Content-Type": content_type}
    return await client.put(path, data=content, headers=headers)


async def test_triggered_job_has_kudus_fields_in_order(world, client):
    """9.4."""
    world.job("triggered/job1", settings={"a": 1})
    await world.start()
    host = f"http://{client.host}:{client.port}"

    answer = await (await client.get("/api/triggeredwebjobs/job1")).json()

    assert list(answer.items()) == [
        ("latest_run", None),
        ("history_url", f"{host}/api/triggeredwebjobs/job1/history"),
        ("scheduler_logs_url", None),
        ("name", "job1"),
        ("run_command", "run.sh"),
        ("url", f"{host}/api/triggeredwebjobs/job1"),
        ("extra_info_url", f"{host}/azurejobs/#/jobs/triggered/job1"),
        ("type", "triggered"),
        ("error", None),
        ("using_sdk", False),
        ("settings", {"a": 1}),
    ]


async def test_continuous_job_has_kudus_fields_in_order(world, client):
    """9.4."""
    world.job("continuous/job1")
    await world.start()
    host = f"http://{client.host}:{client.port}"

    answer = await (await client.get("/api/continuouswebjobs/job1")).json()

    assert list(answer.items()) == [
        ("status", "Running"),
        ("detailed_status", "543efe - Running\r\n"),
        ("log_url", f"{host}/vfs/data/jobs/continuous/job1/job_log.txt"),
        ("name", "job1"),
        ("run_command", "run.sh"),
        ("url", f"{host}/api/continuouswebjobs/job1"),
        ("extra_info_url", f"{host}/azurejobs/#/jobs/continuous/job1"),
        ("type", "continuous"),
        ("error", None),
        ("using_sdk", False),
        ("settings", {}),
    ]


async def test_run_answers_202_with_the_runs_address(world, client):
    """9.2, U6.1, 7.2: the trigger is `External - <User-Agent>`."""
    world.job("triggered/job1")
    await world.start()
    host = f"http://{client.host}:{client.port}"

    answer = await client.post(
        "/api/triggeredwebjobs/job1/run?arguments=test%20arguments", headers={"User-Agent": "curl/8"}
    )
    await settle()
    world.launcher.last.print("x")
    running = await (await client.get(answer.headers["Location"].removeprefix(host))).json()
    await world.clock.advance(1.5)
    await world.finish(0)
    ended = await (await client.get(answer.headers["Location"].removeprefix(host))).json()

    run = "202601010000050000"
    data = f"{host}/vfs/data/jobs/triggered/job1/{run}"
    assert (answer.status, await answer.text()) == (202, "")
    assert answer.headers["Location"] == f"{host}/api/triggeredwebjobs/job1/history/{run}"
    assert world.launcher.last.command.arguments == ("run.sh", "test", "arguments")
    assert list(ended.items()) == [
        ("id", run),
        ("name", run),
        ("status", "Success"),
        ("start_time", "2026-01-01T00:00:05Z"),
        ("end_time", "2026-01-01T00:00:06.5Z"),
        ("duration", "00:00:01.5000000"),
        ("output_url", f"{data}/output_log.txt"),
        ("error_url", None),
        ("url", f"{host}/api/triggeredwebjobs/job1/history/{run}"),
        ("job_name", "job1"),
        ("trigger", "External - curl/8"),
    ]
    assert (running["status"], running["end_time"]) == ("Running", "0001-01-01T00:00:00")


async def test_run_through_arm_answers_200(world, client):
    """U6.2: recognised by x-ms-geo-location."""
    world.job("triggered/job1")
    await world.start()

    answer = await client.post("/api/triggeredwebjobs/job1/run", headers={"x-ms-geo-location": "East US"})

    assert answer.status == 200


SITE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/shop"


def through_arm(path):
    return {"x-ms-geo-location": "East US", "Referer": f"https://management.azure.com{SITE}{path}?api-version=1"}


async def test_answers_to_arm_are_in_its_envelope(world, client):
    """9.5: single objects are wrapped, lists are `value`; history is one envelope a run."""
    world.job("triggered/job1")
    engine = await world.start()
    run = await engine.run("job1")
    await settle()
    kind = "/triggeredwebjobs"

    async def get(path):
        return await (await client.get(f"/api{path}", headers=through_arm(path))).json()

    job, jobs, runs = await get(f"{kind}/job1"), await get(kind), await get(f"{kind}/job1/history")
    properties = job.pop("properties")

    assert job == {
        "id": f"{SITE}{kind}/job1",
        "name": "shop/job1",
        "type": "Microsoft.Web/sites/triggeredwebjobs",
        "location": "East US",
    }
    assert (properties["name"], properties["latest_run"]["id"]) == ("job1", run)
    assert [{**one, "properties": None} for one in jobs["value"]] == [{**job, "properties": None}]
    assert [(one["id"], one["properties"]["id"]) for one in runs["value"]] == [
        (f"{SITE}{kind}/job1/history/{run}", run)
    ]


async def test_put_through_arm_only_replaces_settings(world, client):
    """9.5: it cannot create a job."""
    folder = world.job("triggered/job1")
    await world.start()
    path, body = "/triggeredwebjobs/job1", {"properties": {"settings": {"a": 1}}}

    answer = await client.put(f"/api{path}", json=body, headers=through_arm(path))
    unknown = await client.put("/api/triggeredwebjobs/other", json=body, headers=through_arm(path))
    empty = await client.put(f"/api{path}", json={}, headers=through_arm(path))

    assert (answer.status, (await answer.json())["properties"]["settings"]) == (200, {"a": 1})
    assert ((folder / "settings.job").read_text(), (folder / "run.sh").exists()) == ('{"a":1}', True)
    assert (unknown.status, empty.status) == (404, 400)


async def test_conflicts_are_plain_text(world, client):
    """9.2: 409 text."""
    world.job("triggered/job1")
    await world.start()
    await client.post("/api/triggeredwebjobs/job1/run")

    answer = await client.post("/api/triggeredwebjobs/job1/run")

    assert (answer.status, answer.content_type) == (409, "text/plain")
    assert await answer.text() == "Cannot start a new run since job is already running."


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/api/triggeredwebjobs/nothing"),
        ("GET", "/api/continuouswebjobs/nothing"),
        ("POST", "/api/triggeredwebjobs/nothing/run"),
        ("GET", "/api/triggeredwebjobs/nothing/history"),
        ("GET", "/api/triggeredwebjobs/job1/history"),
        ("GET", "/api/triggeredwebjobs/job1/history/1"),
        ("POST", "/api/continuouswebjobs/nothing/start"),
        ("POST", "/api/continuouswebjobs/nothing/stop"),
        ("PUT", "/api/continuouswebjobs/nothing/settings"),
        ("GET", "/api/triggeredwebjobs/..%2fjob1"),
    ],
)
async def test_unknown_things_are_404_without_a_body(world, client, verb, path):
    """9.2; history answers 404 as long as the job has no data."""
    world.job("triggered/job1")
    await world.start()

    answer = await client.request(verb, path)

    assert (answer.status, await answer.text()) == (404, "")


async def test_unknown_route_says_so(world, client):
    """9.1."""
    answer = await client.get("/api/triggeredwebjobs/job1/run?x=1")

    assert (answer.status, await answer.json()) == (
        404,
        "No route registered for '/api/triggeredwebjobs/job1/run?x=1'",
    )


@pytest.mark.parametrize(
    "path",
    ["/api/triggeredwebjobs", "/api/triggeredjobs", "/jobs/triggered", "/api/jobs/triggered"],
)
async def test_every_route_has_its_spellings(world, client, path):
    """9.1."""
    world.job("triggered/job1")
    world.job("continuous/job2")
    await world.start()

    assert [job["name"] for job in await (await client.get(path)).json()] == ["job1"]
    assert (await client.get(f"{path}/job1")).status == 200


async def test_all_jobs_are_listed_triggered_first(world, client):
    """9.2."""
    world.job("continuous/a")
    world.job("triggered/b")
    await world.start()

    answer = await (await client.get("/api/webjobs")).json()

    assert [(job["type"], job["name"]) for job in answer] == [("triggered", "b"), ("continuous", "a")]


async def test_lists_and_history_answer_304_until_something_changes(world, client):
    """9.2: ETag and If-None-Match."""
    world.job("triggered/job1")
    engine = await world.start()
    await engine.run("job1")
    await settle()

    for path in ("/api/webjobs", "/api/triggeredwebjobs", "/api/triggeredwebjobs/job1/history"):
        tag = (await client.get(path)).headers["ETag"]
        assert (await client.get(path, headers={"If-None-Match": tag})).status == 304
        assert (await client.get(path, headers={"If-None-Match": '"other"'})).status == 200

    tags = [(await client.get("/api/triggeredwebjobs/job1/history")).headers["ETag"]]
    await world.finish(0)
    tags.append((await client.get("/api/triggeredwebjobs/job1/history")).headers["ETag"])
    assert tags[0] != tags[1]


async def test_settings_round_trip(world, client):
    """F10; settings of an unknown job are {}."""
    world.job("triggered/job1")
    await world.start()

    put = await client.put("/api/triggeredwebjobs/job1/settings", data='{"mysetting": "myvalue"}')

    assert (put.status, await put.text()) == (200, "")
    assert await (await client.get("/api/triggeredwebjobs/job1/settings")).json() == {"mysetting": "myvalue"}
    assert await (await client.get("/api/triggeredwebjobs/nothing/settings")).json() == {}


@pytest.mark.parametrize("body", ["{", "[1]", '"x"'])
async def test_settings_that_are_no_object_are_refused(world, client, body):
    world.job("triggered/job1", settings={"kept": 1})
    await world.start()

    answer = await client.put("/api/triggeredwebjobs/job1/settings", data=body)

    assert answer.status == 400
    assert await (await client.get("/api/triggeredwebjobs/job1/settings")).json() == {"kept": 1}


async def test_start_and_stop(world, client):
    """9.2: 200 empty."""
    folder = world.job("continuous/job1")
    await world.start()

    stop = await client.post("/api/continuouswebjobs/job1/stop")
    was_disabled = (folder / "disable.job").exists()
    start = await client.post("/api/continuouswebjobs/job1/start")

    assert (stop.status, start.status, was_disabled) == (200, 200, True)
    assert not (folder / "disable.job").exists()


@pytest.mark.parametrize("type", ["triggered", "continuous"])
async def test_second_upload_replaces_the_first(world, client, type):
    """F12, F13: full replacement, not merge."""
    await world.start()
    path, folder = f"/api/{type}webjobs/job1", world.primary / type / "job1"

    first = await upload(client, path, zipped(inner__run_sh="echo"), "x.zip", "application/zip")
    had = (folder / "inner/run.sh").exists()
    second = await upload(client, path, b"echo test", '"my run.sh"')

    assert ((await first.json())["run_command"], (await second.json())["run_command"]) == (
        "inner/run.sh",
        "my run.sh",
    )
    assert had
    assert [entry.name for entry in folder.iterdir()] == ["my run.sh"]


async def test_uploaded_name_keeps_accents_and_loses_folders(world, client):
    """F05, 9.3: quotes and directories are stripped."""
    await world.start()

    answer = await upload(
        client, "/api/triggeredwebjobs/job1", b"echo", '"..\\../Job file with long name and accents àéè.sh"'
    )

    assert (await answer.json())["run_command"] == "Job file with long name and accents àéè.sh"
    assert not (world.primary / "Job file with long name and accents àéè.sh").exists()


async def test_upload_without_a_name_is_refused(world, client):
    """9.3."""
    await world.start()

    answer = await client.put("/api/triggeredwebjobs/job1", data=b"x")

    assert (answer.status, await answer.text()) == (400, "Missing Content-Disposition header.")


async def test_upload_that_cannot_run_is_refused_and_deleted(world, client):
    """9.3."""
    await world.start()

    answer = await upload(client, "/api/triggeredwebjobs/job1", b"x", "readme.txt")

    assert (answer.status, await answer.text()) == (400, "No runnable script file was found.")
    assert not (world.primary / "triggered/job1").exists()


async def test_broken_archive_is_a_500_and_deleted(world, client):
    """9.3."""
    await world.start()

    answer = await upload(client, "/api/triggeredwebjobs/job1", b"x", "x.zip", "application/zip")

    assert (answer.status, await answer.text()) == (500, "File is not a zip file")
    assert not (world.primary / "triggered/job1").exists()


async def test_archive_cannot_leave_its_folder(world, client):
    """9.3: ../ is neutralised."""
    await world.start()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../escaped.sh", "x")
        archive.writestr("/run.sh", "x")

    await upload(client, "/api/triggeredwebjobs/job1", buffer.getvalue(), "x.zip", "application/zip")

    folder = world.primary / "triggered/job1"
    assert sorted(path.name for path in folder.iterdir()) == ["escaped.sh", "run.sh"]


async def test_delete_always_answers_200(world, client):
    """9.2, F14."""
    world.job("continuous/job1")
    await world.start()

    answers = [await client.delete(f"/api/continuouswebjobs/{name}") for name in ("nothing",)]
    world.launcher._behaviour = None
    world.launcher.last.exit(0)
    answers.append(await client.delete("/api/continuouswebjobs/job1"))

    assert [answer.status for answer in answers] == [200, 200]
    assert not (world.primary / "continuous/job1").exists()
    assert not (world.data / "continuous/job1").exists()


async def test_io_errors_are_409_with_the_web_api_error(world, client):
    """9.2: 409 IO error."""
    folder = world.job("continuous/job1")
    await world.start()
    (folder / "disable.job").mkdir()

    answer = await client.post("/api/continuouswebjobs/job1/stop")

    body = await answer.json()
    assert (answer.status, sorted(body)) == (
        409,
        ["ExceptionMessage", "ExceptionType", "Message", "StackTrace"],
    )


async def test_run_on_a_read_only_file_system_is_503(world, client, monkeypatch):
    """U6.3: as an exception says; real calls get 409, for the lock cannot be taken."""
    world.job("triggered/job1")
    await world.start()
    refused = OSError(errno.EROFS, "read-only file system")
    monkeypatch.setattr(world.engine, "run", AsyncMock(side_effect=refused))

    answer = await client.post("/api/triggeredwebjobs/job1/run")

    assert (answer.status, await answer.text()) == (503, "")
