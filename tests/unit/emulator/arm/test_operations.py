"""What can be asked of a site or an account beyond reading it."""

from datetime import UTC, datetime

import pytest

from emulator.appservice import Action, Deployment, DeployStatus
from emulator.appservice.deployment import LogEntry
from emulator.store import Record

SETTINGS = {
    "siteConfig": {
        "appSettings": [{"name": "GREETING", "value": "hello"}],
        "connectionStrings": [{"name": "main", "connectionString": "Server=x", "type": "Custom"}],
    }
}


@pytest.fixture
def settings(store, site):
    old = store.get(site)
    config = {"siteConfig": {"alwaysOn": True}}
    store.put(Record(id=site, token=old.token, urn=old.urn, inputs=SETTINGS, outputs={**old.outputs, **config}))


@pytest.mark.parametrize("action", list(Action))
async def test_a_site_is_started_stopped_and_restarted(call, sites, site, action):
    answer, body = await call("POST", f"{site}/{action}")

    assert (answer.status, body, sites.switched) == (200, None, [("shop", action)])


async def test_its_configuration_is_read_without_settings(call, site, settings):
    assert (await call.get(f"{site}/config/web")) == {
        "id": f"{site}/config/web",
        "name": "web",
        "type": "Microsoft.Web/sites/config",
        "location": "switzerlandnorth",
        "properties": {"alwaysOn": True},
    }


async def test_settings_and_connection_strings_are_listed_to_whoever_may_change_the_site(call, site, settings):
    _, listed = await call("POST", f"{site}/config/appsettings/list")
    _, strings = await call("POST", f"{site}/config/connectionstrings/list")

    assert listed["properties"] == {"GREETING": "hello"}
    assert strings["properties"] == {"main": {"value": "Server=x", "type": "Custom"}}


async def test_publishing_credentials_are_refused_with_the_reason(call, site):
    answer, body = await call("POST", f"{site}/config/publishingcredentials/list")

    assert (answer.status, body["error"]["code"]) == (403, "Forbidden")
    assert body["error"]["message"].startswith("shop: basic authentication is off for every site on this machine")


async def test_basic_authentication_is_said_to_be_off(call, site):
    listed = await call.get(f"{site}/basicPublishingCredentialsPolicies")
    one = await call.get(f"{site}/basicPublishingCredentialsPolicies/scm")
    missing, _ = await call("GET", f"{site}/basicPublishingCredentialsPolicies/webdav")

    assert [(found["name"], found["properties"]) for found in listed["value"]] == [
        ("ftp", {"allow": False}),
        ("scm", {"allow": False}),
    ]
    assert one == listed["value"][1]
    assert missing.status == 404


async def test_the_publishing_profile_holds_no_password(call, site):
    answer = await call.client.post(
        f"{site}/publishxml?api-version=2024-04-01", headers={"Authorization": "Bearer admin-token"}
    )

    assert 'publishUrl="127.0.0.1:2002" userName="" userPWD=""' in await answer.text()


async def test_a_site_has_no_slots_here(call, site):
    assert await call.get(f"{site}/slots") == {"value": []}

    answer, body = await call("GET", f"{site}/slots/staging")

    assert (answer.status, body["error"]["code"]) == (404, "ResourceNotFound")


async def test_the_jobs_of_a_slot_that_is_not_there_are_not_found(call, site):
    answer, body = await call("GET", f"{site}/slots/staging/triggeredwebjobs")

    assert answer.status == 404
    assert body["error"]["message"].startswith("The Resource 'Microsoft.Web/sites/slots/shop/staging' under")


async def test_deployments_are_kudus_records(call, sites, site):
    at = datetime(2030, 1, 1, tzinfo=UTC)
    record = Deployment("0a1b2c3d", DeployStatus.SUCCESS, "", "OneDeploy", at, at, at, active=True)
    sites.deployed["shop"] = [record]
    sites.entries = [LogEntry("2030-01-01T00:00:00Z", "1", "Done.")]

    listed = await call.get(f"{site}/deployments")
    one = await call.get(f"{site}/deployments/0a1b2c3d")
    log = await call.get(f"{site}/deployments/0a1b2c3d/log")
    missing, _ = await call("GET", f"{site}/deployments/ffffffff")

    assert listed["value"] == [one]
    assert (one["type"], one["name"]) == ("Microsoft.Web/sites/deployments", "shop/0a1b2c3d")
    assert (one["properties"]["status"], one["properties"]["active"]) == (4, True)
    assert [entry["message"] for entry in log["properties"]] == ["Done."]
    assert missing.status == 404


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (DeployStatus.PENDING, "BuildRequestReceived"),
        (DeployStatus.BUILDING, "BuildInProgress"),
        (DeployStatus.FAILED, "BuildFailed"),
        (DeployStatus.SUCCESS, "RuntimeSuccessful"),
    ],
)
async def test_a_deployment_is_followed_to_the_running_app(call, sites, site, status, expected):
    at = datetime(2030, 1, 1, tzinfo=UTC)
    sites.deployed["shop"] = [Deployment("0a1b2c3d", status, "no space", "OneDeploy", at)]

    found = (await call.get(f"{site}/deploymentStatus/0a1b2c3d"))["properties"]

    assert (found["deploymentId"], found["status"]) == ("0a1b2c3d", expected)
    assert found["errors"] == ([{"message": "no space"}] if expected == "BuildFailed" else None)


async def test_an_accounts_keys_are_listed(call, account):
    _, body = await call("POST", f"{account}/listKeys")

    assert [key["value"] for key in body["keys"]] == ["shopdata-key-1", "shopdata-key-2"]


@pytest.mark.parametrize(("allowed", "expected"), [(True, 200), (False, 403)])
async def test_a_signature_is_made_where_the_account_takes_keys(call, store, account, allowed, expected):
    old = store.get(account)
    store.put(Record(old.id, old.token, old.urn, {}, {**old.outputs, "allowSharedKeyAccess": allowed}))

    answer, body = await call("POST", f"{account}/listServiceSas", body={"canonicalizedResource": "/blob/shopdata/p"})

    assert answer.status == expected, body
    assert ("serviceSasToken" in body) is allowed


async def test_a_body_that_is_no_object_is_refused(call, account):
    answer, body = await call("POST", f"{account}/listServiceSas", body=[1])

    assert (answer.status, body["error"]["code"]) == (400, "InvalidRequestContent")


async def test_a_site_that_is_not_there_is_not_found(call, site):
    answer, body = await call("POST", f"{site}x/stop")

    assert (answer.status, body["error"]["code"]) == (404, "ResourceNotFound")


async def test_every_answer_has_a_number(call, site):
    answer, _ = await call("GET", site)

    assert len(answer.headers["x-ms-request-id"]) == 36


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"[" * 100_000, 400, "InvalidRequestContent"),
        (b"\xff\xfe", 400, "InvalidRequestContent"),
        (b"x" * (4 * 1024**2 + 1), 413, "RequestContentTooLarge"),
        (b'{"canonicalizedResource": 5}', 400, "InvalidValuesForRequestParameters"),
    ],
)
async def test_odd_bodies_are_refused_in_arms_form(call, account, sent, status, code):
    headers = {"Authorization": "Bearer admin-token"}

    answer = await call.client.post(f"{account}/listServiceSas?api-version=2024-01-01", data=sent, headers=headers)

    assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)


async def test_resources_of_an_unknown_type_are_not_found(call, site):
    answer, body = await call("GET", f"{site}/wonders")

    assert (answer.status, body["error"]["code"]) == (404, "InvalidResourceType")
