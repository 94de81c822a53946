"""The SCM site over HTTP, with Kudu's numbers and texts."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from emulator.appservice import OneDeploy, SiteHost, SiteSpec

Make = Callable[..., Path]


class Kudu:
    """A client of one SCM site."""

    def __init__(self, session: aiohttp.ClientSession, url: str, site: Any) -> None:
        self.session, self.url, self.site = session, url, site

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, str, Any]:
        headers = {"Authorization": "Bearer t0ken", **options.pop("headers", {})}
        async with self.session.request(
            method, self.url + path, headers=headers, allow_redirects=False, **options
        ) as response:
            return response.status, await response.text(), response.headers

    async def json(self, path: str) -> Any:
        return json.loads((await self.ask("GET", path))[1])


@pytest.fixture
async def kudu(host: SiteHost, spec: SiteSpec) -> AsyncIterator[Kudu]:
    addresses = await host.apply(spec)
    async with aiohttp.ClientSession() as session:
        yield Kudu(session, f"http://{addresses.scm_host}", host.site("shop"))


async def test_an_unknown_path_is_kudus_404(kudu: Kudu) -> None:
    status, text, _ = await kudu.ask("GET", "/api/nothing?x=1")

    assert (status, json.loads(text)) == (404, "No route registered for '/api/nothing?x=1'")


async def test_a_change_without_the_token_is_401_and_a_foreign_host_421(kudu: Kudu) -> None:
    async with kudu.session.post(kudu.url + "/api/zipdeploy", data=b"x") as response:
        assert response.status == 401
    async with kudu.session.get(kudu.url + "/api/settings", headers={"Host": "evil.example"}) as response:
        assert response.status == 421


@pytest.mark.parametrize(("site", "expected"), [("shop", 200), ("other", 401)])
async def test_a_token_is_good_for_the_site_it_may_change(kudu: Kudu, spec: SiteSpec, site: str, expected: int) -> None:
    token = f"may change {spec.id.replace('shop', site)}"

    status, _, _ = await kudu.ask("DELETE", "/api/triggeredwebjobs/x", headers={"Authorization": f"Bearer {token}"})

    assert status == expected


async def test_the_state_says_how_the_app_is(kudu: Kudu) -> None:
    assert await kudu.json("/api/oneplan/state") == {
        "state": "Running",
        "pid": None,
        "started": None,
        "last_exit": None,
        "last_error": None,
        "restarts": 0,
        "default_page": True,
        "deploying": False,
        "health": None,
        "log_tail": [],
    }


async def test_settings_are_shown(kudu: Kudu) -> None:
    assert await kudu.json("/api/settings") == {
        "deployment_branch": "master",
        "SCM_TRACE_LEVEL": "1",
        "SCM_COMMAND_IDLE_TIMEOUT": "60",
        "SCM_LOGSTREAM_TIMEOUT": "7200",
        "SCM_BUILD_ARGS": "",
        "GREETING": "hello",
    }
    assert await kudu.json("/api/settings/GREETING") == "hello"
    assert (await kudu.ask("GET", "/api/settings/OTHER"))[0] == 404


async def test_a_sent_package_is_deployed_and_remembered(kudu: Kudu, make_package: Make) -> None:
    body = make_package({"app.py": "x"}).read_bytes()

    status, text, _ = await kudu.ask("POST", "/api/publish?type=zip", data=body)

    [record] = await kudu.json("/api/deployments")
    assert (status, text) == (200, "")
    assert list(record) == [
        "id",
        "status",
        "status_text",
        "author_email",
        "author",
        "deployer",
        "message",
        "progress",
        "received_time",
        "start_time",
        "end_time",
        "last_success_end_time",
        "complete",
        "active",
        "is_temp",
        "is_readonly",
        "url",
        "log_url",
        "site_name",
        "provisioningState",
    ]
    assert {key: record[key] for key in ("status", "deployer", "active", "site_name", "provisioningState")} == {
        "status": 4,
        "deployer": "OneDeploy",
        "active": True,
        "site_name": "shop",
        "provisioningState": "Succeeded",
    }
    assert await kudu.json("/api/deployments/latest") == record
    assert (await kudu.json(f"/api/deployments/{record['id']}/log"))[0]["message"].startswith("Deployment successful")
    assert (await kudu.json("/api/oneplan/state"))["pid"] == 100


async def test_an_asynchronous_deployment_is_202_and_polled(kudu: Kudu, make_package: Make) -> None:
    package = make_package({"app.py": "x"})
    body = {"packageUri": f"https://artifacts.example/{package.name}"}

    status, _, headers = await kudu.ask("POST", "/api/publish?type=zip&async=true", json=body)

    location, _, time = headers["Location"].partition("&time=")
    assert (status, location) == (202, f"{kudu.url}/api/deployments/latest?deployer=OneDeploy")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\dZ", time)
    async with asyncio.timeout(60):
        while (await kudu.ask("GET", "/api/deployments/latest"))[0] != 200:
            await asyncio.sleep(0.01)
    assert (await kudu.json("/api/deployments/latest"))["status"] == 4


@pytest.mark.parametrize(
    ("path", "body", "status", "text"),
    [
        ("/api/publish?type=zip", {"packageUri": "relative?sig=SECRET"}, 400, "packageUri: not an absolute address"),
        ("/api/publish?type=zip", {}, 400, "packageUri: not an absolute address"),
        ("/api/publish?type=ear", b"x", 400, "cannot be deployed to stack"),
        ("/api/publish", b"x", 400, "type= not recognized"),
        ("/api/publish?type=zip", b"", 400, "the request has no body"),
        ("/api/zipdeploy", b"no zip", 500, "not a readable zip archive"),
    ],
)
async def test_refusals_have_kudus_form(kudu: Kudu, path: str, body: Any, status: int, text: str) -> None:
    options = {"json": body} if isinstance(body, dict) else {"data": body}

    answer = await kudu.ask("POST", path, **options)

    assert answer[0] == status
    assert text in json.dumps(json.loads(answer[1]))
    assert "SECRET" not in answer[1]


async def test_zip_deploy_does_not_clean_by_default(kudu: Kudu, make_package: Make) -> None:
    (kudu.site.home.wwwroot / "kept.txt").write_text("1")

    await kudu.ask("POST", "/api/zipdeploy", data=make_package({"app.py": "x"}).read_bytes())

    assert (kudu.site.home.wwwroot / "kept.txt").exists()


async def test_files_are_listed_read_written_and_removed_as_kudu_does(kudu: Kudu) -> None:
    path = "/api/vfs/site/wwwroot/a.txt"

    created = await kudu.ask("PUT", path, data=b"one")
    etag = created[2]["ETag"]
    assert created[0] == 201
    status, text, headers = await kudu.ask("GET", path)
    assert (status, text, headers["ETag"]) == (200, "one", etag)
    assert (await kudu.ask("GET", path, headers={"If-None-Match": etag}))[0] == 304
    assert (await kudu.ask("GET", path, headers={"Range": "bytes=1-"}))[:2] == (206, "ne")
    assert (await kudu.ask("PUT", path, data=b"two"))[0] == 412
    assert (await kudu.ask("PUT", path, data=b"two", headers={"If-Match": "*"}))[0] == 204
    assert (await kudu.ask("DELETE", path, headers={"If-Match": etag}))[0] == 412
    [entry] = await kudu.json("/api/vfs/site/wwwroot/")
    assert (entry["name"], entry["size"], entry["mime"], entry["href"]) == ("a.txt", 3, "text/plain", kudu.url + path)
    redirected = await kudu.ask("GET", "/api/vfs/site/wwwroot")
    assert (redirected[0], redirected[2]["Location"]) == (307, f"{kudu.url}/api/vfs/site/wwwroot/")
    assert (await kudu.ask("DELETE", "/api/vfs/site/wwwroot/"))[0] == 409
    assert (await kudu.ask("DELETE", path, headers={"If-Match": "*"}))[0] == 200
    assert (await kudu.ask("GET", path))[0] == 404


@pytest.mark.parametrize("path", ["../../state", "%2e%2e/%2e%2e/x", "link/x", "a%00b"])
async def test_nothing_outside_home_is_reached(kudu: Kudu, tmp_path: Path, path: str) -> None:
    (tmp_path / "x").write_text("secret")
    (kudu.site.home.home / "link").symlink_to(tmp_path)

    status, text, _ = await kudu.ask("GET", f"/api/vfs/{path}")

    assert status == 404
    assert "secret" not in text


async def test_the_log_stream_carries_new_lines_that_match(kudu: Kudu) -> None:
    async with kudu.session.get(f"{kudu.url}/api/logstream?filter=ERROR") as response:
        welcome = await response.content.readline()
        kudu.site.console.say("all is well")
        kudu.site.console.say("an error occurred")
        async with asyncio.timeout(60):
            line = await response.content.readline()

    assert b"Welcome" in welcome
    assert line.endswith(b" an error occurred\n")


async def test_container_logs_are_listed(kudu: Kudu) -> None:
    kudu.site.console.say("hello")

    listed = await kudu.json("/api/logs/docker")

    assert sorted(entry["path"].split("/")[-1] for entry in listed) == [
        "2026_01_02_abababababab_default_docker.log",
        "2026_01_02_abababababab_docker.log",
    ]
    assert {entry["machineName"] for entry in listed} == {"abababababab"}


async def test_the_jobs_api_is_mounted(kudu: Kudu) -> None:
    assert await kudu.json("/api/webjobs") == []


async def test_a_site_that_is_not_there_cannot_be_deployed_to(host: SiteHost) -> None:
    with pytest.raises(Exception, match="site 'nobody': not found; it must be created first"):
        await host.deploy("nobody", OneDeploy())


async def test_settings_are_for_the_bearer_of_a_token(kudu: Kudu) -> None:
    for path in ("/api/settings", "/api//settings/GREETING", "/settings", "/API/Settings"):
        async with kudu.session.get(kudu.url + path) as response:
            assert response.status in {401, 404}, path
            assert "hello" not in await response.text()


async def test_no_shell_is_offered(kudu: Kudu) -> None:
    status, text, _ = await kudu.ask("POST", "/api/command", json={"command": "id", "dir": "."})

    assert status == 403
    assert json.loads(text)["Message"].startswith("command: no shell is offered over HTTP; use a terminal")


async def test_there_is_no_repository(kudu: Kudu) -> None:
    assert await kudu.json("/api/scm/info") == {"type": "None", "git_url": None}


async def test_the_app_s_process_is_listed_and_no_other_can_be_seen_or_ended(kudu: Kudu, make_package: Make) -> None:
    await kudu.ask("POST", "/api/zipdeploy", data=make_package({"app.py": "x"}).read_bytes())

    [process] = await kudu.json("/api/processes")

    assert (process["id"], process["name"]) == (100, "shop")
    assert (await kudu.ask("GET", "/api/processes/1"))[0] == 404
    assert (await kudu.ask("DELETE", f"/api/processes/{os.getpid()}"))[0] == 404


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000, "%ff%fe", "a" * 200 + "/" + "b" * 200])
async def test_names_no_file_can_have_are_not_found_or_refused(kudu: Kudu, name: str) -> None:
    read = await kudu.ask("GET", f"/api/vfs/site/wwwroot/{name}")
    written = await kudu.ask("PUT", f"/api/vfs/site/wwwroot/{name}", data=b"x", headers={"If-Match": "*"})

    assert read[0] in {404, 200}
    assert written[0] in {201, 404, 409}


async def test_a_second_asynchronous_deployment_is_refused_at_once(kudu: Kudu, make_package: Make) -> None:
    body = make_package({"app.py": "x"}).read_bytes()
    gate = asyncio.Event()
    real = kudu.site.deployer._means.changed

    async def wait() -> None:
        await gate.wait()
        await real()

    object.__setattr__(kudu.site.deployer._means, "changed", wait)
    first = await kudu.ask("POST", "/api/zipdeploy?isAsync=true", data=body)
    second = await kudu.ask("POST", "/api/zipdeploy?isAsync=true", data=body)
    valid = await kudu.ask("POST", "/api/zipdeploy/validate")
    gate.set()

    assert (first[0], second[0], valid[0]) == (202, 409, 400)
    assert second[1].startswith("There is a deployment currently in progress.")


async def test_a_slash_at_the_end_changes_nothing(kudu: Kudu) -> None:
    for path in ("/api/deployments/", "/api/webjobs/", "/api/environment/", "/deployments/"):
        assert (await kudu.ask("GET", path))[0] == 200, path


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/api/settings"),
        ("POST", "/api/publish?type=zip"),
        ("POST", "/api/zipdeploy"),
        ("PUT", "/api/zip/site/wwwroot/"),
    ],
)
async def test_json_that_is_nested_without_end_is_refused(kudu: Kudu, verb: str, path: str) -> None:
    status, _, _ = await kudu.ask(verb, path, data=b"[" * 100_000, headers={"Content-Type": "application/json"})

    assert status == 400
