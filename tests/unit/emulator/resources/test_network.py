"""Virtual networks and private endpoints: what Azure refuses, and what it answers."""

import pytest

from emulator.resources import AzureError
from emulator.resources.catalogue import handler

GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net"
ELSEWHERE = NETWORK.replace("/rg/", "/hub/")
APPS = {"name": "apps", "addressPrefix": "10.0.0.0/26", "delegations": [{"serviceName": "Microsoft.Web/serverFarms"}]}
ENDPOINTS = {"name": "endpoints", "addressPrefix": "10.0.0.64/29"}


async def network(subscription, *subnets, name="net"):
    return await subscription.create(
        "network:VirtualNetwork",
        name,
        resourceGroupName="rg",
        virtualNetworkName=name,
        location="westeurope",
        addressSpace={"addressPrefixes": ["10.0.0.0/24"]},
        subnets=list(subnets or (APPS, ENDPOINTS)),
    )


async def endpoint(subscription, target, part, name="door", subnet=f"{NETWORK}/subnets/endpoints"):
    connection = {"name": part, "privateLinkServiceId": target, "groupIds": [part]}
    return await subscription.create(
        "network:PrivateEndpoint",
        name,
        resourceGroupName="rg",
        privateEndpointName=name,
        location="westeurope",
        subnet={"id": subnet},
        privateLinkServiceConnections=[connection],
    )


async def zone(subscription, name="privatelink.queue.core.windows.net"):
    return await subscription.create(
        "privatedns:PrivateZone", name, resourceGroupName="rg", privateZoneName=name, location="global"
    )


async def link(subscription, zone, network, name="link"):
    return await subscription.create(
        "privatedns:VirtualNetworkLink",
        name,
        resourceGroupName="rg",
        privateZoneName=zone,
        virtualNetworkLinkName=name,
        virtualNetwork={"id": network},
    )


@pytest.fixture
async def made(subscription):
    await subscription.group()
    await network(subscription)
    return subscription


async def test_an_endpoint_gets_the_first_free_address_and_keeps_it(made):
    account = await made.account()

    doors = [await endpoint(made, account.id, part, part) for part in ("queue", "blob", "queue")]

    assert [door.outputs["customDnsConfigs"] for door in doors] == [
        [{"fqdn": "data.queue.core.windows.net", "ipAddresses": ["10.0.0.68"]}],
        [{"fqdn": "data.blob.core.windows.net", "ipAddresses": ["10.0.0.69"]}],
        [{"fqdn": "data.queue.core.windows.net", "ipAddresses": ["10.0.0.68"]}],
    ]


async def test_a_full_subnet_takes_no_more_endpoints(made):
    account = await made.account()
    for part in ("queue", "blob", "table"):
        await endpoint(made, account.id, part, part)

    with pytest.raises(AzureError, match="does not have enough capacity"):
        await endpoint(made, account.id, "file", "file")


async def test_the_subnet_of_app_service_takes_no_endpoint(made):
    account = await made.account()

    with pytest.raises(AzureError, match="apps is delegated"):
        await endpoint(made, account.id, "queue", subnet=f"{NETWORK}/subnets/apps")


@pytest.mark.parametrize(
    ("size", "part", "text"),
    [
        ("B1", "blob", "the group ids blob of private endpoint door are not one"),
        ("F1", "sites", r"the plan of site shop \(F1\) has no private endpoints"),
        ("S1", "sites-staging", "site shop has no slot staging"),
    ],
)
async def test_an_endpoint_leads_to_a_part_that_is_there(made, size, part, text):
    await made.plan(size)
    site = await made.site()

    with pytest.raises(AzureError, match=text):
        await endpoint(made, site.id, part)


async def test_what_an_endpoint_leads_to_must_exist(made):
    with pytest.raises(AzureError, match="was not found"):
        await endpoint(made, f"{GROUP}/providers/Microsoft.Storage/storageAccounts/none", "queue")
    with pytest.raises(AzureError, match="InvalidResourceReference"):
        await endpoint(made, (await made.account()).id, "queue", subnet=f"{NETWORK}/subnets/none")


async def test_a_subnet_elsewhere_is_taken_to_be_there(made):
    account = await made.account()

    door = await endpoint(made, account.id, "queue", subnet=f"{ELSEWHERE}/subnets/endpoints")

    assert door.outputs["customDnsConfigs"] == []


async def test_a_site_joins_a_delegated_subnet_that_no_other_plan_has(made):
    await made.plan()
    joined = await made.site(virtualNetworkSubnetId=f"{NETWORK}/subnets/apps")
    assert joined.outputs["virtualNetworkSubnetId"] == f"{NETWORK}/subnets/apps"

    with pytest.raises(AzureError, match="not delegated to Microsoft"):
        await made.site("api", virtualNetworkSubnetId=f"{NETWORK}/subnets/endpoints")
    with pytest.raises(AzureError, match="Subnet none in VNET net is not found"):
        await made.site("api", virtualNetworkSubnetId=f"{NETWORK}/subnets/none")
    other = await made.create(
        "web:AppServicePlan", "other", resourceGroupName="rg", name="other", location="westeurope", sku={"name": "B1"}
    )
    with pytest.raises(AzureError, match="already occupied by service of App Service plan plan"):
        await made.site("api", serverFarmId=other.id, virtualNetworkSubnetId=f"{NETWORK}/subnets/apps")
    await made.site("hub", virtualNetworkSubnetId=f"{ELSEWHERE}/subnets/apps")


async def test_a_subnet_in_use_stays_as_it_is(made):
    await made.plan()
    await made.site(virtualNetworkSubnetId=f"{NETWORK}/subnets/apps")

    with pytest.raises(AzureError, match="Subnet apps is in use by shop and cannot be deleted"):
        await network(made, {**APPS, "addressPrefix": "10.0.0.128/26"}, ENDPOINTS)
    with pytest.raises(AzureError, match="InUseSubnetCannotBeDeleted"):
        await made.delete(made.store.get(NETWORK))
    await network(made, APPS)


@pytest.mark.parametrize(
    ("subnets", "code"),
    [
        ([{"name": "far", "addressPrefix": "10.1.0.0/26"}], "NetcfgInvalidSubnet"),
        ([APPS, {"name": "over", "addressPrefix": "10.0.0.32/27"}], "NetcfgSubnetRangesOverlap"),
    ],
)
async def test_subnets_are_inside_and_apart(subscription, subnets, code):
    await subscription.group()

    with pytest.raises(AzureError, match=code):
        await network(subscription, *subnets)


async def test_a_subnet_of_its_own_keeps_to_the_same_rules(made):
    common = {"resourceGroupName": "rg", "virtualNetworkName": "net"}
    with pytest.raises(AzureError, match="NetcfgSubnetRangesOverlap"):
        await made.create("network:Subnet", "more", **common, subnetName="more", addressPrefix="10.0.0.0/28")

    more = await made.create("network:Subnet", "more", **common, subnetName="more", addressPrefix="10.0.0.128/28")
    await endpoint(made, (await made.account()).id, "queue", subnet=more.id)

    with pytest.raises(AzureError, match="Subnet more is in use by door"):
        await made.delete(more)


async def test_a_network_knows_one_zone_of_a_name_and_a_linked_zone_stays(made):
    found = await zone(made)
    linked = await link(made, found.outputs["name"], NETWORK)

    with pytest.raises(AzureError, match="cannot be linked to multiple zones"):
        await link(made, found.outputs["name"], NETWORK, "again")
    with pytest.raises(AzureError, match="CannotDeleteResource"):
        await made.delete(found)
    with pytest.raises(AzureError, match="VirtualNetworkNotFound"):
        await link(made, found.outputs["name"], f"{GROUP}/providers/Microsoft.Network/virtualNetworks/none", "none")
    await made.delete(linked)
    await made.delete(found)


async def test_an_endpoint_has_one_group_of_zones_that_exist(made):
    door = await endpoint(made, (await made.account()).id, "queue")
    common = {"resourceGroupName": "rg", "privateEndpointName": door.outputs["name"]}

    def group(name, id):
        configs = [{"name": "queue", "privateDnsZoneId": id}]
        return made.create(
            "network:PrivateDnsZoneGroup",
            name,
            **common,
            privateDnsZoneGroupName=name,
            privateDnsZoneConfigs=configs,
        )

    with pytest.raises(AzureError, match="was not found"):
        await group("default", f"{GROUP}/providers/Microsoft.Network/privateDnsZones/none")
    found = await zone(made)
    await group("default", found.id)
    with pytest.raises(AzureError, match="already has the private DNS zone group default"):
        await group("second", found.id)


@pytest.mark.parametrize(
    ("token", "inputs", "found"),
    [
        ("network:VirtualNetwork", {"virtualNetworkName": "-net"}, ["virtualNetworkName"]),
        (
            "network:VirtualNetwork",
            {"addressSpace": {"addressPrefixes": ["10.0.0.1/24"]}},
            ["addressSpace.addressPrefixes[0]"],
        ),
        ("network:VirtualNetwork", {"subnets": [{"addressPrefix": "ten"}]}, ["subnets[0].addressPrefix"]),
        ("network:VirtualNetwork", {"virtualNetworkName": "n" * 65}, ["virtualNetworkName"]),
        ("network:PrivateEndpoint", {"privateEndpointName": "e" * 65}, ["privateEndpointName"]),
        ("network:Subnet", {"addressPrefix": "10.0.0.0/33"}, ["addressPrefix"]),
        ("privatedns:PrivateZone", {"privateZoneName": "a b", "location": "global"}, ["privateZoneName"]),
        ("privatedns:PrivateZone", {"location": "westeurope"}, ["location"]),
        ("privatedns:VirtualNetworkLink", {"location": "westeurope"}, ["location"]),
    ],
)
def test_what_is_wrong_by_itself_is_refused_before_anything_happens(token, inputs, found):
    assert [problem.property for problem in handler(f"azure-native:{token}").check(inputs)] == found
