"""Host names of one's own: bound once, then certified, then joined by a template."""

import pytest

from emulator.resources import AzureError

HOST = "www.watches.example"


async def bound(subscription, site="shop", **more):
    inputs = {"resourceGroupName": "rg", "name": site, "hostName": HOST, **more}
    return await subscription.create("web:WebAppHostNameBinding", f"{site}-name", **inputs)


async def certificate(subscription, plan):
    return await subscription.create(
        "web:Certificate",
        "c",
        resourceGroupName="rg",
        name=HOST,
        canonicalName=HOST,
        serverFarmId=plan.id,
        location="westeurope",
    )


async def test_a_certificate_is_made_for_a_bound_name(subscription):
    await subscription.group()
    plan = await subscription.plan()
    await subscription.site()
    with pytest.raises(AzureError, match=f"Hostname '{HOST}' is not assigned"):
        await certificate(subscription, plan)

    await bound(subscription)

    assert len((await certificate(subscription, plan)).outputs["thumbprint"]) == 40


async def test_a_name_leads_to_one_site(subscription):
    await subscription.group()
    await subscription.plan()
    await subscription.site()
    await subscription.site("other")
    await bound(subscription)

    with pytest.raises(AzureError, match=f"Hostname '{HOST}' already exists"):
        await bound(subscription, "other")


async def test_a_template_joins_them(subscription):
    await subscription.group()
    await subscription.plan()
    await subscription.site()
    resource = {
        "type": "Microsoft.Web/sites/hostNameBindings",
        "apiVersion": "2024-04-01",
        "name": f"shop/{HOST}",
        "properties": {"sslState": "SniEnabled", "thumbprint": "AB"},
    }
    inputs = {
        "resourceGroupName": "rg",
        "deploymentName": "d",
        "properties": {"template": {"$schema": "s", "contentVersion": "1.0.0.0", "resources": [resource]}},
    }
    with pytest.raises(AzureError, match="is bound to no site"):
        await subscription.create("resources:Deployment", "d", **inputs)

    await bound(subscription)
    made = await subscription.create("resources:Deployment", "d", **inputs)

    assert made.outputs["properties"]["provisioningState"] == "Succeeded"
