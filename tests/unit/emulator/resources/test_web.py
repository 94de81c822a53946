"""Plans, sites, identities and roles."""

from __future__ import annotations

import pytest

from emulator.appservice.spec import SiteSpec
from emulator.identity import Identity
from emulator.resources import AzureError
from emulator.resources.catalogue import handler

GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"
PLAN = f"{GROUP}/providers/Microsoft.Web/serverfarms/plan"
SITE = f"{GROUP}/providers/Microsoft.Web/sites/shop"


async def test_a_web_app_becomes_a_site(subscription):
    await subscription.group()
    await subscription.plan("P1v3", capacity=3)
    user = await subscription.create(
        "managedidentity:UserAssignedIdentity", "id", resourceGroupName="rg", resourceName="shop-id"
    )

    await subscription.site(
        config={
            "linuxFxVersion": "PYTHON|3.13",
            "alwaysOn": True,
            "appCommandLine": "gunicorn app:app",
            "healthCheckPath": "/healthz",
            "appSettings": [{"name": "A", "value": "1"}, {"name": "EMPTY"}],
        },
        httpsOnly=True,
        identity={"type": "UserAssigned", "userAssignedIdentities": [user.id]},
        tags={"oneplan-app": "shop"},
    )

    assert subscription.azure.sites.specs["shop"] == SiteSpec(
        id=SITE,
        name="shop",
        resource_group="rg",
        location="westeurope",
        kind="app,linux",
        plan_id=PLAN,
        sku="P1v3",
        capacity=3,
        runtime="PYTHON|3.13",
        command="gunicorn app:app",
        settings={"A": "1", "EMPTY": ""},
        always_on=True,
        health_path="/healthz",
        identities=(Identity(user.id, user.outputs["clientId"], user.outputs["principalId"]),),
        https_only=True,
        enabled=True,
        tags={"oneplan-app": "shop"},
    )


async def test_its_answers_are_azures_and_hold_no_settings(subscription):
    await subscription.group()
    await subscription.plan()

    site = await subscription.site(
        config={"alwaysOn": True, "appSettings": [{"name": "KEY", "value": "hidden"}]},
        identity={"type": "SystemAssigned"},
    )

    assert site.outputs["defaultHostName"] == "127.0.0.1:20000"
    assert site.outputs["hostNameSslStates"] == [
        {"name": "127.0.0.1:20000", "hostType": "Standard", "sslState": "Disabled"},
        {"name": "127.0.0.1:20001", "hostType": "Repository", "sslState": "Disabled"},
    ]
    assert (site.outputs["state"], site.outputs["sku"], site.outputs["type"]) == (
        "Running",
        "Basic",
        "Microsoft.Web/sites",
    )
    assert set(site.outputs["identity"]) == {"type", "principalId", "tenantId"}
    assert "hidden" not in str(site.outputs)
    assert "hidden" in str(site.inputs)


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        ({"config": {"alwaysOn": True}}, "Conflict", "AlwaysOn cannot be set for this site"),
        ({"config": {"linuxFxVersion": "3.13"}}, "BadRequest", "LinuxFxVersion has an invalid value: '3.13'"),
        ({"serverFarmId": PLAN + "x"}, "NotFound", "Cannot find serverFarm with name planx."),
        ({"serverFarmId": None}, "BadRequest", "needs an App Service plan"),
        (
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/nobody"]}},
            "FailedIdentityOperation",
            "The Identity '/nobody' was not found",
        ),
    ],
)
async def test_azures_rules_for_sites(subscription, more, code, text):
    await subscription.group()
    await subscription.plan("F1")

    with pytest.raises(AzureError) as caught:
        await subscription.site(**more)

    assert caught.value.code == code
    assert text in str(caught.value)
    assert subscription.azure.sites.specs == {}


async def test_a_site_name_is_taken_by_the_other_group(subscription):
    await subscription.group()
    await subscription.plan()
    await subscription.site()
    await subscription.create("resources:ResourceGroup", "rg2", resourceGroupName="rg2", location="westeurope")

    with pytest.raises(AzureError, match="Website with given name shop already exists"):
        await subscription.site(resourceGroupName="rg2")


@pytest.mark.parametrize(
    ("size", "capacity", "text"),
    [
        ("B2", 4, "The maximum number of workers for the tier Basic is 3; 4 were asked for."),
        ("Z9", 1, "'Z9' is not a plan's size"),
    ],
)
async def test_a_plan_has_sizes_and_limits(subscription, size, capacity, text):
    await subscription.group()

    with pytest.raises(AzureError, match=text):
        await subscription.plan(size, capacity=capacity)


async def test_a_plan_with_sites_stays(subscription):
    await subscription.group()
    plan = await subscription.plan()
    site = await subscription.site()

    with pytest.raises(AzureError, match="cannot be deleted because it has web app\\(s\\) shop assigned"):
        await subscription.delete(plan)
    await subscription.delete(site)
    await subscription.delete(plan)

    assert subscription.ids() == [""]


async def test_roles_are_given_once_at_a_scope_that_exists(subscription):
    await subscription.group()
    account = await subscription.account()
    role = "/providers/Microsoft.Authorization/roleDefinitions/c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"
    common = {"principalId": "00000000-0000-4000-8000-00000000000a", "roleDefinitionId": role}

    given = await subscription.create(
        "authorization:RoleAssignment",
        "one",
        roleAssignmentName="00000000-0000-4000-8000-00000000000b",
        scope=account.id,
        **common,
    )
    with pytest.raises(AzureError, match="RoleAssignmentExists"):
        await subscription.create(
            "authorization:RoleAssignment",
            "two",
            roleAssignmentName="00000000-0000-4000-8000-00000000000c",
            scope=account.id,
            **common,
        )
    with pytest.raises(AzureError, match="of the role assignment was not found"):
        await subscription.create(
            "authorization:RoleAssignment",
            "three",
            roleAssignmentName="00000000-0000-4000-8000-00000000000d",
            scope=account.id + "x",
            **common,
        )

    assert given.id == (
        f"{account.id}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-00000000000b"
    )
    await subscription.delete(account)
    assert subscription.ids() == [""], "what is given at a scope goes with it"


@pytest.mark.parametrize(
    ("token", "inputs", "property"),
    [
        ("web:WebApp", {"name": "-shop"}, "name"),
        ("web:WebApp", {"siteConfig": {"appSettings": [{"name": "A"}, {"name": "a"}]}},
         "siteConfig.appSettings[1].name"),
        ("web:AppServicePlan", {"name": "a plan"}, "name"),
        ("storage:StorageAccount", {"accountName": "Shop"}, "accountName"),
        ("storage:Queue", {"queueName": "a--b"}, "queueName"),
        ("storage:Queue", {"queueName": "ab"}, "queueName"),
        ("storage:BlobContainer", {"containerName": "Photos"}, "containerName"),
        ("storage:Table", {"tableName": "stock-movements"}, "tableName"),
        ("storage:ManagementPolicy", {"managementPolicyName": "mine"}, "managementPolicyName"),
        ("resources:ResourceGroup", {"resourceGroupName": "rg."}, "resourceGroupName"),
        ("managedidentity:UserAssignedIdentity", {"resourceName": "ab"}, "resourceName"),
        ("authorization:RoleAssignment", {"principalId": "me"}, "principalId"),
    ],
)  # fmt: skip
def test_names_azure_refuses_are_refused_before_anything_happens(token, inputs, property):
    assert [problem.property for problem in handler(f"azure-native:{token}").check(inputs)] == [property]
