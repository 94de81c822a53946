"""Deployment records over HTTP, and what waits for a deployment (DeploymentController.cs, SettingsController.cs)."""

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.appservice.alone import HomeAlone
from emulator.appservice.deployment.deployer import BUSY
from emulator.appservice.scm import scm_app, settings
from emulator.appservice.spec import Deployment, DeployStatus
from emulator.webjobs import Engine

NOTED = {
    "status": 4,
    "message": "Release 7",
    "deployer": "VSTS",
    "author": "Ada",
    "author_email": "ada@watches.example",
}
SITE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/shop"


@pytest.fixture
def site(tmp_path: Path) -> HomeAlone:
    home, work = tmp_path / "home", tmp_path / "work"
    made = HomeAlone(
        home, work, Engine(home, work / "temp", environment={}, instance_id="ab" * 32), settings={"A": "1"}
    )
    made.home.create()
    return made


@pytest.fixture
async def kudu(site):
    async with TestClient(TestServer(scm_app(site))) as client:
        yield client


@contextlib.asynccontextmanager
async def deploying(site):
    """While it lasts a deployment has the site's lock."""
    async with site.deployer._lock:
        yield


async def test_deployment_done_elsewhere_is_noted(kudu):
    answer = await kudu.put("/api/deployments/161739-1", json=NOTED | {"details": "see build 161739"})
    again = await kudu.put("/api/deployments/161739-1", json=NOTED)
    record = await answer.json()
    log = await (await kudu.get("/api/deployments/161739-1/log")).json()

    assert answer.status == 200
    assert {key: record[key] for key in NOTED} == NOTED
    assert (record["id"], record["active"], record["complete"], record["is_readonly"]) == ("161739-1", True, True, True)
    assert await (await kudu.get("/api/deployments")).json() == [record]
    assert [entry["message"] for entry in log] == ["Deployment successful.", "see build 161739"]
    assert (again.status, await again.json()) == (409, "Deployment with id '161739-1' exists")


async def test_failed_deployment_done_elsewhere_is_not_active(kudu):
    body = NOTED | {"status": 3, "start_time": "2026-01-01T10:00:00Z", "end_time": "2026-01-01T10:05:00"}

    record = await (await kudu.put("/api/deployments/a1", json=body)).json()

    assert (record["status"], record["active"], record["provisioningState"]) == (3, False, "Failed")
    assert (record["start_time"], record["end_time"]) == ("2026-01-01T10:00:00Z", "2026-01-01T10:05:00Z")


@pytest.mark.parametrize(
    ("id", "body", "status", "text"),
    [
        ("a1", NOTED | {"status": 3, "active": True}, 400, "Only successful status can be active!"),
        ("a1", NOTED | {"start_time": "noon"}, 400, "start_time: 'noon' is no time; expected one like"),
        ("a1", NOTED | {"status": [4]}, 404, "no repository"),
        ("a1", NOTED | {"author": ""}, 404, "no repository"),
        ("a1", {"clean": True}, 404, "no repository"),
        ("a1", None, 404, "no repository"),
        ("latest", NOTED, 404, "no repository"),
        ("..%2Fx", NOTED, 404, "no repository"),
    ],
)
async def test_what_cannot_be_noted_is_refused(kudu, site, id, body, status, text):
    answer = await kudu.put(f"/api/deployments/{id}", data=json.dumps(body) if body else b"")

    assert answer.status == status
    assert text in await answer.json()
    assert site.deployer.records.all() == []


async def test_answers_to_arm_are_in_its_envelope(kudu):
    await kudu.put("/api/deployments/a1", json=NOTED)
    headers = {"x-ms-geo-location": "East US", "Referer": f"https://management.azure.com{SITE}/deployments"}

    [listed] = (await (await kudu.get("/api/deployments", headers=headers)).json())["value"]

    assert (listed["id"], listed["name"]) == (f"{SITE}/deployments/a1", "shop/a1")
    assert (listed["type"], listed["properties"]["id"]) == ("Microsoft.Web/sites/deployments", "a1")


async def test_zip_deployment_keeps_who_did_it_and_why(kudu, make_package):
    query = "?author=Ada&authorEmail=ada@watches.example&message=Release%207&deployer=CI"
    sent = await kudu.post(f"/api/zipdeploy{query}", data=make_package({"a.txt": "1"}).read_bytes())

    record = await (await kudu.get("/api/deployments/latest")).json()

    assert sent.status == 200
    assert [record[key] for key in ("author", "author_email", "message", "deployer")] == [
        "Ada",
        "ada@watches.example",
        "Release 7",
        "CI",
    ]


@pytest.mark.parametrize(
    ("agent", "status"), [("VSTS_1_build", 202), ("azure-resource-manager/2.0", 202), ("curl", 200)]
)
async def test_record_in_progress_is_202_to_clients_that_poll_it(kudu, site, agent, status):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    site.deployer.records.put(Deployment("a1", DeployStatus.DEPLOYING, "", "OneDeploy", now))

    async with deploying(site):
        answer = await kudu.get("/api/deployments/a1", headers={"User-Agent": agent})

    assert answer.status == status
    assert (await answer.json())["provisioningState"] == "InProgress"


async def test_record_that_nobody_completes_reads_failed(kudu, site):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    record = Deployment("a1", DeployStatus.BUILDING, "", "OneDeploy", now)
    site.deployer.records.put(record)

    answer = await kudu.get("/api/deployments/latest")

    assert (answer.status, (await answer.json())["status"]) == (200, 3)
    assert site.deployer.records.get("a1") == replace(record, started=None)


async def test_settings_wait_for_a_deployment_and_give_up(kudu, site, monkeypatch):
    monkeypatch.setattr(settings, "PATIENCE_SECONDS", 0.01)

    async with deploying(site):
        answers = [
            await kudu.post("/api/settings", json={"A": "2"}),
            await kudu.delete("/api/settings/A"),
            await kudu.delete("/api/deployments/a1"),
        ]
        texts = [await answer.text() for answer in answers[:2]]

    assert [answer.status for answer in answers] == [409, 409, 404]
    assert texts == [BUSY, BUSY]
    assert await (await kudu.get("/api/settings/a")).json() == "1"


async def test_settings_are_changed_once_the_deployment_has_ended(kudu, site):
    async with deploying(site):
        change = asyncio.ensure_future(kudu.post("/api/settings", json={"A": "2"}))
        await asyncio.sleep(0)

    assert (await change).status == 204
    assert await (await kudu.get("/api/settings/A")).json() == "2"
