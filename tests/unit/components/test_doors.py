"""What is closed: networks, private endpoints, access rules and locks, as they are declared."""

import pytest

from components.doors import rules
from components.lock import lock
from components.network import PrivateNetwork
from components.private_endpoint import PrivateEndpoint
from components.storage import RuntimeStorage
from oneplan.manifest.endpoints import Endpoint, endpoints, services_in_use

HUB = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"
NETWORK, LINK = "azure-native:network:VirtualNetwork", "azure-native:privatedns:VirtualNetworkLink"
GROUP = {"resource_group_name": "rg"}


def test_rules_let_in_who_is_named_in_the_order_they_are_written():
    assert rules(
        {
            "office": "198.51.100.0/24",
            "one": "198.51.100.7",
            "six": "2001:db8::1",
            "door": "AzureFrontDoor.Backend",
            "hub": f"{HUB}/subnets/apps",
        }
    ) == [
        {"name": "office", "action": "Allow", "priority": 100, "ip_address": "198.51.100.0/24"},
        {"name": "one", "action": "Allow", "priority": 110, "ip_address": "198.51.100.7/32"},
        {"name": "six", "action": "Allow", "priority": 120, "ip_address": "2001:db8::1/128"},
        {
            "name": "door",
            "action": "Allow",
            "priority": 130,
            "ip_address": "AzureFrontDoor.Backend",
            "tag": "ServiceTag",
        },
        {"name": "hub", "action": "Allow", "priority": 140, "vnet_subnet_resource_id": f"{HUB}/subnets/apps"},
    ]


def test_a_network_that_is_there_is_used_and_only_its_zones_are_made(declared):
    args = {
        **GROUP,
        "network_name": "net",
        "apps": f"{HUB}/subnets/apps",
        "endpoints": f"{HUB}-doors/subnets/doors",
        "zones": ["privatelink.vaultcore.azure.net"],
    }
    engine = declared(lambda: PrivateNetwork("shared", args).zone_ids)

    assert engine.of_type(NETWORK) == {}
    assert engine.of_type(LINK)["shared-zone-vaultcore-link"]["virtualNetwork"] == {"id": f"{HUB}-doors"}


def test_a_network_without_endpoints_has_one_subnet(declared):
    args = {**GROUP, "network_name": "net", "range": "10.0.0.0/24", "apps": "10.0.0.0/26"}
    engine = declared(lambda: PrivateNetwork("shared", args).apps_subnet_id)

    (made,) = engine.of_type(NETWORK).values()
    assert [subnet["name"] for subnet in made["subnets"]] == ["apps"]
    assert made["subnets"][0]["delegations"] == [{"name": "app-service", "serviceName": "Microsoft.Web/serverFarms"}]


def test_two_networks_in_one_stack_do_not_collide(declared):
    def two():
        common = {**GROUP, "apps": "10.0.0.0/26", "range": "10.0.0.0/24"}
        for name in ("blue", "green"):
            last = PrivateNetwork(name, {**common, "network_name": name, "zones": ["privatelink.azurewebsites.net"]})
        return last.zone_ids

    assert sorted(declared(two).of_type(NETWORK)) == ["blue-network", "green-network"]


def test_who_looks_after_names_elsewhere_gets_no_group_of_zones(declared):
    args = {**GROUP, "endpoint_name": "e", "subnet_id": "s", "target_id": "t", "part": "sites"}
    engine = declared(lambda: PrivateEndpoint("shop", args).endpoint_id)

    assert engine.of_type("azure-native:network:PrivateDnsZoneGroup") == {}
    assert list(engine.of_type("azure-native:network:PrivateEndpoint")) == ["shop-endpoint"]


def test_private_storage_refuses_the_internet(declared):
    args = {**GROUP, "account_name": "data", "private": True}
    engine = declared(lambda: RuntimeStorage("runtime", args).account_id)

    account = engine.of_type("azure-native:storage:StorageAccount")["runtime-account"]
    assert account["publicNetworkAccess"] == "Disabled"
    assert account["networkRuleSet"] == {"bypass": "AzureServices", "defaultAction": "Deny"}


def test_a_lock_waits_for_everything_that_hangs_on_its_resource(declared):
    """Else Pulumi would delete a queue before the lock that forbids it."""

    def program():
        store = RuntimeStorage("runtime", {**GROUP, "account_name": "data", "queues": ["orders"]})
        return lock("storage", store.account_id, [store]).id

    engine = declared(program)
    order = [name for _, name in engine.created]

    assert order.index("storage-lock") > order.index("runtime-queue-orders")


@pytest.mark.parametrize(
    ("kinds", "services"),
    [
        ({"queues": True}, ("queue",)),
        ({"containers": True, "tables": True}, ("blob", "table")),
        ({"functions": True}, ("blob", "queue", "table")),
        ({}, ()),
    ],
)
def test_storage_has_endpoints_for_what_is_in_use(kinds, services):
    nothing = {"queues": False, "containers": False, "tables": False, "functions": False}

    assert services_in_use(**{**nothing, **kinds}) == services


def test_endpoints_follow_from_what_is_private():
    found = endpoints(
        ["vault", "packages", "storage"], ["queue"], has_vault=True, apps={"shop": ["staging"], "api": []}
    )

    assert found == (
        Endpoint("storage-queue", "storage", "queue"),
        Endpoint("packages-blob", "packages", "blob"),
        Endpoint("vault", "vault", "vault"),
        Endpoint("shop", "app", "sites", "shop"),
        Endpoint("shop-staging", "app", "sites-staging", "shop"),
        Endpoint("api", "app", "sites", "api"),
    )
    assert [one.zone for one in found[3:5]] == ["privatelink.azurewebsites.net"] * 2
    assert endpoints(["vault"], [], has_vault=False, apps={}) == ()
