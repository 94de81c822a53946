"""Reads, as management clients make them."""

import pytest

from emulator.constants import SUBSCRIPTION_ID, TENANT_ID
from emulator.store import Record


async def names(call, path, **query):
    return [item["name"] for item in (await call.get(path, **query))["value"]]


async def test_the_subscription(call):
    body = await call.get(f"/subscriptions/{SUBSCRIPTION_ID}")

    assert (body["subscriptionId"], body["state"]) == (SUBSCRIPTION_ID, "Enabled")
    assert [s["subscriptionId"] for s in (await call.get("/subscriptions"))["value"]] == [SUBSCRIPTION_ID]


async def test_a_resource_group(call, group):
    assert await call.get(group) == {
        "id": group,
        "name": "shop-dev",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "switzerlandnorth",
        "tags": {"oneplan-stack": "dev"},
        "properties": {"provisioningState": "Succeeded"},
    }


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("tagName eq 'oneplan-stack' and tagValue eq 'dev'", ["shop-dev"]),
        ("tagName eq 'oneplan-stack' and tagValue eq 'prod'", []),
        ("tagName eq 'oneplan-stack'", ["shop-dev"]),
    ],
)
async def test_groups_are_found_by_tag(call, filter, expected):
    path = f"/subscriptions/{SUBSCRIPTION_ID}/resourcegroups"

    assert await names(call, path, **{"$filter": filter}) == expected


async def test_a_site_is_written_as_arm_does_with_its_present_state(call, site):
    assert await call.get(site) == {
        "id": site,
        "name": "shop",
        "type": "Microsoft.Web/sites",
        "location": "switzerlandnorth",
        "kind": "app,linux",
        "tags": {"oneplan-app": "storefront"},
        "properties": {
            "sku": "Basic",
            "serverFarmId": site.replace("sites/shop", "serverfarms/Plan"),
            "defaultHostName": "127.0.0.1:2001",
            "hostNameSslStates": [
                {"name": "127.0.0.1:2001", "hostType": "Standard"},
                {"name": "127.0.0.1:2002", "hostType": "Repository"},
            ],
            "state": "Running",
        },
    }


async def test_ids_are_read_without_regard_to_case(call, site):
    assert (await call.get(site.upper().replace("/SUBSCRIPTIONS", "/subscriptions")))["id"] == site


async def test_a_site_that_does_not_run_here_is_stopped(call, sites, site):
    sites.engines.clear()

    assert (await call.get(site))["properties"]["state"] == "Stopped"


async def test_a_plan_keeps_its_sku_beside_its_properties(call, group):
    body = await call.get(f"{group}/providers/Microsoft.Web/serverfarms/plan")

    assert (body["sku"], body["properties"]) == ({"name": "B2"}, {"numberOfSites": 1})


async def test_the_sites_of_a_group_and_of_the_subscription(call, group):
    everywhere = f"/subscriptions/{SUBSCRIPTION_ID}/providers/Microsoft.Web/sites"

    assert await names(call, f"{group}/providers/Microsoft.Web/sites") == ["shop"]
    assert await names(call, everywhere) == ["shop"]


async def test_resources_inside_another(call, account):
    assert await names(call, f"{account}/queueServices/default/queues") == ["orders"]


async def test_the_resources_of_a_group_are_those_in_no_other_without_properties(call, group):
    resources = (await call.get(f"{group}/resources"))["value"]

    assert sorted(resource["name"] for resource in resources) == ["plan", "shop", "shopdata"]
    assert not [resource for resource in resources if "properties" in resource]


async def test_resources_are_filtered_by_type(call, group):
    query = {"$filter": "resourceType eq 'microsoft.web/Sites'"}

    assert await names(call, f"{group}/resources", **query) == ["shop"]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("name eq 'SHOP'", ["shop"]),
        ("resourceGroup eq 'shop-dev' and resourceType ne 'Microsoft.Web/sites'", ["plan", "shopdata"]),
        ("location eq 'switzerlandnorth' AND name eq 'plan'", ["plan"]),
        ("resourceGroup eq 'other'", []),
        ("name eq 'it''s'", []),
    ],
)
async def test_comparisons_are_joined_by_and(call, group, filter, expected):
    assert sorted(await names(call, f"{group}/resources", **{"$filter": filter})) == expected


@pytest.mark.parametrize("filter", ["tagValue eq 'x'", "name eq x", "color eq 'red'", "name eq 'a' or name eq 'b'"])
async def test_other_filters_are_refused(call, group, filter):
    answer, body = await call("GET", f"{group}/resources", **{"$filter": filter})

    assert (answer.status, body["error"]["code"]) == (400, "InvalidFilterInQueryString")


async def test_a_role_assignment_is_found_by_its_id(call, site, store):
    where = f"{site}/providers/Microsoft.Authorization/roleAssignments/0f9c"
    store.put(Record(id=where, token="azure-native:authorization:RoleAssignment", urn="", outputs={"roleName": "x"}))

    assert await call.get(where) == {
        "id": where,
        "name": "0f9c",
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {"roleName": "x"},
    }


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        (
            "{group}/providers/Microsoft.Web/sites/none",
            "ResourceNotFound",
            (
                "The Resource 'Microsoft.Web/sites/none' under resource group 'shop-dev' was not found. "
                "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
            ),
        ),
        (
            "/subscriptions/{subscription}/resourceGroups/none",
            "ResourceGroupNotFound",
            "Resource group 'none' could not be found.",
        ),
        (
            "/subscriptions/{subscription}/resourceGroups/none/providers/Microsoft.Web/sites",
            "ResourceGroupNotFound",
            "Resource group 'none' could not be found.",
        ),
        ("/subscriptions/none", "SubscriptionNotFound", "The subscription 'none' could not be found."),
        ("/providers/x", "NotFound", "/providers/x: not a path of the management API, or not here"),
    ],
)
async def test_what_does_not_exist(call, group, path, code, message):
    answer, body = await call("GET", path.format(group=group, subscription=SUBSCRIPTION_ID))

    assert answer.status == 404
    assert body == {"error": {"code": code, "message": message}}


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("", "MissingApiVersionParameter"),
        ("latest", "InvalidApiVersionParameter"),
        ("2024-13-01", "InvalidApiVersionParameter"),
    ],
)
async def test_every_request_needs_an_api_version(call, site, version, code):
    answer, body = await call("GET", site, version=version)

    assert (answer.status, body["error"]["code"]) == (400, code)


async def test_an_unknown_filter_is_refused(call, group):
    answer, body = await call("GET", f"{group}/resources", **{"$filter": "substringof('x', name)"})

    assert (answer.status, body["error"]["code"]) == (400, "InvalidFilterInQueryString")


async def test_resources_are_changed_by_pulumi_only(call, site):
    answer, body = await call("PUT", site)

    assert (answer.status, body["error"]["code"]) == (405, "MethodNotAllowed")


@pytest.mark.parametrize(("version", "is_single"), [("2022-09-01", True), ("2019-05-01", False)])
async def test_the_clouds_addresses_need_no_token(call, version, is_single):
    body = await call.get("/metadata/endpoints", token=None, version=version)

    url = f"https://127.0.0.1:{call.client.port}"
    cloud = body if is_single else body[0]
    assert cloud["resourceManager"] == f"{url}/"
    assert cloud["authentication"]["audiences"] == ["https://management.azure.com", url]


async def test_the_tenant_is_listed(call):
    assert [found["tenantId"] for found in (await call.get("/tenants"))["value"]] == [TENANT_ID]


async def test_providers_and_their_types_are_listed(call):
    path = f"/subscriptions/{SUBSCRIPTION_ID}/providers"

    one = await call.get(f"{path}/microsoft.web")
    every = await call.get(path)

    assert (one["namespace"], one["registrationState"]) == ("Microsoft.Web", "Registered")
    assert "sites" in [kind["resourceType"] for kind in one["resourceTypes"]]
    assert one in every["value"]


async def test_an_unknown_provider_is_named_with_those_there_are(call):
    answer, body = await call("GET", f"/subscriptions/{SUBSCRIPTION_ID}/providers/Microsoft.Nothing")

    assert (answer.status, body["error"]["code"]) == (404, "InvalidResourceNamespace")
    assert body["error"]["message"].startswith("The resource namespace 'microsoft.nothing' is invalid. ")


async def test_the_places_of_resources_are_the_locations(call):
    found = await call.get(f"/subscriptions/{SUBSCRIPTION_ID}/locations")

    assert [place["name"] for place in found["value"]] == ["switzerlandnorth"]


async def test_a_head_says_whether_something_is_there(call, group):
    assert (await call("HEAD", group))[0].status == 204
    assert (await call("HEAD", f"{group}x"))[0].status == 404
