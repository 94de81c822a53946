"""The rules about secrets, roles, limits and stacks: a violation, what is right, and what is none of their business."""

from types import SimpleNamespace

import pytest
from rules import ALL
from rules.limits import MACHINES, MONEY, REGIONS, SIZES, TAGS
from rules.security import (
    KEYLESS_INSIGHTS,
    KEYLESS_STORAGE,
    LOCKED_SITES,
    NARROW_ROLES,
    NO_PLAIN_SECRETS,
    VAULTS,
)
from rules.stacks import ONE_PLAN, POISON_ALERTS, STICKY_SLOTS, STILL_SLOTS

APP, SLOT, PLAN = (f"azure-native:web:{name}" for name in ("WebApp", "WebAppSlot", "AppServicePlan"))
ACCOUNT, QUEUE = "azure-native:storage:StorageAccount", "azure-native:storage:Queue"
ROLES = "/providers/Microsoft.Authorization/roleDefinitions"
STICKY = "azure-native:web:WebAppSlotConfigurationNames"
INSIGHTS = "azure-native:applicationinsights:Component"


def resource(kind, props, name="it", **config):
    return SimpleNamespace(resource_type=kind, props=props, urn="urn", name=name, get_config=lambda: config)


def stack(*resources, **config):
    return SimpleNamespace(resources=list(resources), get_config=lambda: config)


def reported(policy, subject):
    found = []
    policy.validate(subject, lambda message, urn=None: found.append(message))
    return found


def settings(**values):
    return {"siteConfig": {"appSettings": [{"name": name, "value": value} for name, value in values.items()]}}


GOOD_SITE = {"identity": {"type": "UserAssigned"}, "siteConfig": {"scmMinTlsVersion": "1.2"}}
STOPPED = {"slot": "staging", **settings(WEBJOBS_STOPPED="1")}
POISON = resource(QUEUE, {"queueName": "orders-poison"})


@pytest.mark.parametrize(
    ("policy", "subject", "said"),
    [
        (
            KEYLESS_STORAGE,
            resource(ACCOUNT, {}),
            (
                "allowSharedKeyAccess: is on; set it to false and give identities roles, "
                "or name the account in accountsWithKeys"
            ),
        ),
        (
            NO_PLAIN_SECRETS,
            resource(APP, settings(SHOP_PASSWORD="hunter2")),
            "siteConfig/appSettings/SHOP_PASSWORD: looks like a secret; put it under `secrets` as vault: or stack:",
        ),
        (
            LOCKED_SITES,
            resource(APP, {**GOOD_SITE, "identity": None}),
            "identity: is missing; give the site a managed identity, so that it needs no keys",
        ),
        (
            LOCKED_SITES,
            resource(SLOT, {**GOOD_SITE, "siteConfig": {"scmMinTlsVersion": "1.2", "cors": {"allowedOrigins": ["*"]}}}),
            "siteConfig/cors: every site may call it; list the origins under `cors`",
        ),
        (
            VAULTS,
            resource("azure-native:keyvault:Vault", {"properties": {"enableRbacAuthorization": True}}),
            "properties/enablePurgeProtection: is off; switch it on, so that a deleted secret can be brought back",
        ),
        (
            NARROW_ROLES,
            resource(
                "azure-native:authorization:RoleAssignment",
                {"roleDefinitionId": f"{ROLES}/b24988ac-6180-42a0-ab88-20f7382dd24c"},
            ),
            "roleDefinitionId: gives Contributor; give a data role at the one queue, container or table",
        ),
        (
            KEYLESS_INSIGHTS,
            resource(INSIGHTS, {}),
            "disableLocalAuth: is off; whoever has the connection string may send; switch it on",
        ),
        (
            SIZES,
            resource(PLAN, {"sku": {"name": "P3v3"}}, allowed=["B1", "P1v3"]),
            "sku/name: P3v3 is not among b1, p1v3; change plan.sku",
        ),
        (
            REGIONS,
            resource(APP, {"location": "East US"}, allowed=["westeurope"]),
            "location: East US is not among westeurope; change `location`",
        ),
        (
            TAGS,
            resource(PLAN, {"tags": {"owner": "web"}}, required=["owner", "cost"]),
            "tags: cost missing; add them under `tags`",
        ),
        (
            MACHINES,
            resource(PLAN, {"sku": {"capacity": 4.0}}, most=3),
            "sku/capacity: 4 machines, 3 are allowed; lower plan.instances",
        ),
        (
            MACHINES,
            resource("azure-native:monitor:AutoscaleSetting", {"profiles": [{"capacity": {"maximum": "9"}}]}, most=3),
            "profiles/capacity/maximum: 9 machines, 3 are allowed; lower plan.autoscale.max",
        ),
        (
            MONEY,
            stack(resource("azure-native:consumption:Budget", {"amount": 900.0}), monthly=500),
            "amount: 900 a month, 500 are allowed; lower budget.monthly",
        ),
        (MONEY, stack(monthly=500), "budget: there is none; add `budget: {monthly: 500}` or less"),
        (
            ONE_PLAN,
            stack(resource(PLAN, {}), resource(PLAN, {})),
            "2 plans, each with its own bill; put every app on the one plan",
        ),
        (
            STILL_SLOTS,
            resource(SLOT, {"slot": "staging"}),
            "siteConfig/appSettings/WEBJOBS_STOPPED: is not 1; set jobs: stopped, or each job runs twice",
        ),
        (
            STICKY_SLOTS,
            stack(resource(SLOT, STOPPED)),
            "appSettingNames: WEBJOBS_STOPPED is not sticky; a swap would stop the jobs of production",
        ),
        (
            POISON_ALERTS,
            stack(resource(INSIGHTS, {}), POISON),
            "queueName: nobody hears of messages in 'orders-poison'; add alert: {poison: 1} to the queue",
        ),
    ],
)
def test_a_violation_is_said_with_its_mending(policy, subject, said):
    assert reported(policy, subject) == [said]


@pytest.mark.parametrize(
    ("policy", "subject"),
    [
        (KEYLESS_STORAGE, resource(ACCOUNT, {"allowSharedKeyAccess": False})),
        (KEYLESS_STORAGE, resource(ACCOUNT, {}, name="artifacts-account")),
        (KEYLESS_STORAGE, resource(ACCOUNT, {}, name="mine", accountsWithKeys=["mine"])),
        (NO_PLAIN_SECRETS, resource(APP, settings(SHOP_PASSWORD="@Microsoft.KeyVault(SecretUri=https://v/secrets/s)"))),
        (NO_PLAIN_SECRETS, resource(APP, settings(TOKEN_URL="https://x", CSRF_TOKEN=None))),
        (LOCKED_SITES, resource(APP, GOOD_SITE)),
        (
            VAULTS,
            resource(
                "azure-native:keyvault:Vault",
                {"properties": {"enableRbacAuthorization": True, "enablePurgeProtection": True}},
            ),
        ),
        (
            NARROW_ROLES,
            resource(
                "azure-native:authorization:RoleAssignment",
                {"roleDefinitionId": f"{ROLES}/c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"},
            ),
        ),
        (KEYLESS_INSIGHTS, resource(INSIGHTS, {"disableLocalAuth": True})),
        (SIZES, resource(PLAN, {"sku": {"name": "p1V3"}}, allowed=["P1v3"])),
        (REGIONS, resource(APP, {"location": "West Europe"}, allowed=["westeurope"])),
        (REGIONS, resource("azure-native:monitor:ActionGroup", {"location": "Global"}, allowed=["westeurope"])),
        (TAGS, resource(PLAN, {"tags": {"cost": "1"}}, required=["cost"])),
        (MACHINES, resource(PLAN, {"sku": {"capacity": 3.0}}, most=3)),
        (MONEY, stack(resource("azure-native:consumption:Budget", {"amount": 500.0}), monthly=500)),
        (ONE_PLAN, stack(resource(PLAN, {}))),
        (STILL_SLOTS, resource(SLOT, STOPPED)),
        (STILL_SLOTS, resource(SLOT, {"slot": "blue"}, running=["blue"])),
        (STICKY_SLOTS, stack(resource(SLOT, STOPPED), resource(STICKY, {"appSettingNames": ["WEBJOBS_STOPPED"]}))),
        (STICKY_SLOTS, stack(resource(APP, {}))),
        (POISON_ALERTS, stack(POISON)),
        (
            POISON_ALERTS,
            stack(
                resource(INSIGHTS, {}),
                POISON,
                resource(
                    "azure-native:monitor:ScheduledQueryRule",
                    {"criteria": {"allOf": [{"query": 'datatable [ "a", "orders-poison", 1 ]'}]}},
                ),
            ),
        ),
    ],
)
def test_what_is_right_passes(policy, subject):
    assert reported(policy, subject) == []


STACK_RULES = {"no-passwords", "poison-queues", "one-plan", "sticky-slots", "poison-alerts", "monthly-budget"}


@pytest.mark.parametrize("policy", ALL, ids=lambda policy: policy.name)
def test_a_rule_says_nothing_of_what_is_none_of_its_business(policy):
    other = resource("azure-native:network:VirtualNetwork", {})
    subject = stack(other) if policy.name in STACK_RULES else other

    assert reported(policy, subject) == []
