"""Template deployments: packages on sites, and no secret anywhere else."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from emulator.appservice.spec import OneDeploy
from emulator.resources import AzureError

GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"
SECRET = "top-secret-signature"


def template(**resource: Any) -> dict[str, Any]:
    sas = (
        "listServiceSas(resourceId('Microsoft.Storage/storageAccounts', 'data'), '2023-05-01', "
        "createObject('canonicalizedResource', '/blob/data/packages/p.zip', 'signedExpiry', parameters('until')))"
    )
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "until": {
                "type": "string",
                "defaultValue": "[dateTimeAdd(utcNow('u'), 'PT1H', 'yyyy-MM-ddTHH:mm:ssZ')]",
            }
        },
        "resources": [
            {
                "type": "Microsoft.Web/sites/extensions",
                "apiVersion": "2024-04-01",
                "name": "shop/onedeploy",
                "properties": {
                    "packageUri": f"[concat('https://127.0.0.1:10000/data/packages/p.zip?', {sas}.serviceSasToken)]",
                    "type": "zip",
                    "clean": True,
                    "restart": "true",
                },
                **resource,
            }
        ],
        "outputs": {"deployKey": {"type": "string", "value": "k"}},
    }


async def deploy(subscription: Any, document: Any = None, **properties: Any) -> Any:
    return await subscription.create(
        "resources:Deployment",
        "dep",
        resourceGroupName="rg",
        deploymentName="shop-package",
        properties={"mode": "Incremental", "template": document or template(), **properties},
    )


@pytest.fixture
async def ground(subscription):
    await subscription.group()
    await subscription.account()
    await subscription.plan()
    await subscription.site()
    return subscription


async def test_the_package_reaches_the_site_and_its_signature_nothing_else(ground, caplog):
    caplog.set_level(logging.DEBUG)

    deployment = await deploy(ground)

    [(site, request)] = ground.azure.sites.deployed
    assert site == "shop"
    assert request == OneDeploy(
        package_uri=f"https://127.0.0.1:10000/data/packages/p.zip?sv=fake&se={_until(deployment)}&sig={SECRET}",
        type="zip",
        clean=True,
        restart=True,
        deployer="OneDeploy",
    )
    assert deployment.outputs["properties"]["provisioningState"] == "Succeeded"
    assert deployment.outputs["properties"]["outputs"] == {"deployKey": {"type": "String", "value": "k"}}
    assert deployment.outputs["properties"]["outputResources"] == [
        {"id": f"{GROUP}/providers/Microsoft.Web/sites/shop/extensions/onedeploy"}
    ]
    assert SECRET not in f"{deployment}{caplog.text}"


def _until(deployment: Any) -> str:
    return str(deployment.outputs["properties"]["parameters"]["until"]["value"])


async def test_a_refused_package_fails_as_arm_says_it_without_the_signature(ground):
    ground.azure.sites.refuse = f"download of https://127.0.0.1:10000/p.zip?sv=1&sig={SECRET} failed: 403"

    with pytest.raises(AzureError) as caught:
        await deploy(ground)

    assert str(caught.value) == (
        'Status=409 Code="DeploymentFailed" Message="At least one resource deployment operation failed. Please list '
        "deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details. "
        "Conflict: ResourceDeploymentFailure: The resource write operation failed to complete successfully, because "
        "it reached terminal provisioning state 'Failed'. Microsoft.Web/sites/extensions 'shop/onedeploy': "
        'download of https://127.0.0.1:10000/p.zip?… failed: 403"'
    )
    assert caught.value.__cause__ is None
    assert ground.store.get(f"{GROUP}/providers/Microsoft.Resources/deployments/shop-package") is None


@pytest.mark.parametrize(
    ("document", "properties", "code", "text"),
    [
        (template(name="other/onedeploy"), {}, "ResourceNotFound", "'Microsoft.Web/sites/other'"),
        (template(type="Microsoft.Web/sites/config"), {}, "InvalidTemplate", "is not deployed by templates here"),
        (template(properties={"packageUri": "p.zip"}), {}, "InvalidTemplate",
         "'template: resources[0].properties.packageUri: must be an absolute address'"),
        (template(properties={"packageUri": "https://x/p.zip", "clean": "maybe"}), {}, "InvalidTemplate",
         "resources[0].properties.clean: 'maybe' is neither true nor false"),
        (template(properties={"packageUri": "[concat('a'"}), {}, "InvalidTemplate", "must be an absolute address"),
        ({"contentVersion": "1"}, {}, "InvalidTemplate", "the required property '$schema' is missing"),
        ("{", {}, "InvalidRequestContent", "template: not JSON"),
        (None, {"mode": "Complete"}, "BadRequest", "takes 'Incremental' only"),
        (None, {"templateLink": {"uri": "https://x"}}, "BadRequest", "linked templates are not fetched here"),
        (None, {"parameters": {"until": {"reference": {}}}}, "BadRequest", "vault references are not read here"),
        (None, {"parameters": {"x": {"value": 1}}}, "InvalidTemplate", "the template has no parameter 'x'"),
    ],
)  # fmt: skip
async def test_what_cannot_be_deployed_is_refused_and_nothing_happens(ground, document, properties, code, text):
    with pytest.raises(AzureError) as caught:
        await deploy(ground, document, **properties)

    assert caught.value.code == code
    assert text in caught.value.message
    assert ground.azure.sites.deployed == []


async def test_an_account_without_shared_keys_signs_nothing(subscription):
    await subscription.group()
    await subscription.account(allowSharedKeyAccess=False)
    await subscription.plan()
    await subscription.site()

    with pytest.raises(AzureError, match="KeyBasedAuthenticationNotPermitted"):
        await deploy(subscription)


async def test_the_same_deployment_again_deploys_again(ground):
    await deploy(ground)
    await deploy(ground)

    assert [site for site, _ in ground.azure.sites.deployed] == ["shop", "shop"]
