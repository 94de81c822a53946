"""Slots: sites beside the app, as many as the plan has, with packages of their own."""

import pytest

from emulator.resources import AzureError
from emulator.resources.slot import site_name

APP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites"


async def slot(subscription, name="staging", **more):
    plan = next(record.id for record in subscription.store.all("azure-native:web:AppServicePlan"))
    inputs = {"resourceGroupName": "rg", "name": "shop", "slot": name, "location": "westeurope", "serverFarmId": plan}
    return await subscription.create("web:WebAppSlot", name, **{**inputs, **more})


async def test_a_slot_is_a_site_of_its_own_that_knows_what_it_is(subscription):
    await subscription.group()
    await subscription.plan("S1")
    await subscription.site()

    made = await slot(subscription, siteConfig={"appSettings": [{"name": "WEBJOBS_STOPPED", "value": "1"}]})

    spec = subscription.azure.sites.specs["shop-staging"]
    assert (spec.slot, dict(spec.settings)) == ("staging", {"WEBJOBS_STOPPED": "1"})
    assert made.outputs["name"] == "shop/staging"
    assert made.outputs["type"] == "Microsoft.Web/sites/slots"
    assert made.outputs["defaultHostName"] == "127.0.0.1:20002"
    assert "WEBJOBS_STOPPED" not in str(made.outputs)


@pytest.mark.parametrize(("size", "room"), [("B1", 0), ("S1", 5)])
async def test_a_plan_has_so_many_slots(subscription, size, room):
    await subscription.group()
    await subscription.plan(size)
    await subscription.site()
    for number in range(room):
        await slot(subscription, f"s{number}x")

    with pytest.raises(AzureError, match=f"slots allowed for the '\\w+' SKU, which is {room}"):
        await slot(subscription, "one-more")


async def test_a_slot_goes_with_its_app(subscription):
    await subscription.group()
    await subscription.plan("S1")
    app = await subscription.site()
    await slot(subscription)

    await subscription.delete(app)

    assert subscription.azure.sites.specs == {}


async def test_a_package_reaches_the_slot_it_is_for(subscription):
    await subscription.group()
    await subscription.plan("S1")
    await subscription.site()
    await slot(subscription)
    resource = {
        "type": "Microsoft.Web/sites/slots/extensions",
        "apiVersion": "2024-04-01",
        "name": "shop/staging/onedeploy",
        "properties": {"packageUri": "https://blobs.test/a.zip", "type": "zip"},
    }
    template = {"$schema": "s", "contentVersion": "1.0.0.0", "resources": [resource]}

    made = await subscription.create(
        "resources:Deployment",
        "d",
        resourceGroupName="rg",
        deploymentName="d",
        properties={"mode": "Incremental", "template": template},
    )

    assert [name for name, _ in subscription.azure.sites.deployed] == ["shop-staging"]
    assert made.outputs["properties"]["outputResources"][0]["id"].endswith(
        "/Microsoft.Web/sites/shop/slots/staging/extensions/onedeploy"
    )


def test_long_names_are_cut_as_in_a_host_name():
    assert site_name(f"{APP}/{'a' * 50}/slots/{'b' * 30}") == f"{'a' * 40}-{'b' * 19}"
