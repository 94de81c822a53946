"""The ARM template that deploys one package to one site by OneDeploy.

The package's read-only address is signed inside the template (`listServiceSas`), so it enters neither the Pulumi state
nor the deployment history, and the template changes only when the package or the way it is deployed does.
Source: learn.microsoft.com/azure/app-service/deploy-zip, "Deploy to network-secured apps" (ARM template form), and
Kudu's `Kudu.Services/Deployment/PushDeploymentController.cs` for the properties.
"""

from typing import Any

from oneplan.packaging import DEPLOY_OPTIONS, deploy_key


def package_template(
    *, site: str, subscription: str, group: str, account: str, blob_endpoint: str, blob: str, slot: str | None = None
) -> dict[str, Any]:
    """An ARM template, incremental, that makes `site`, or one of its slots, unpack `blob` of container `packages`."""
    sas = "listServiceSas(variables('artifactAccount'), '2023-05-01', variables('readOnce')).serviceSasToken"
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "readUntil": {
                "type": "string",
                "defaultValue": "[dateTimeAdd(utcNow('u'), 'PT1H', 'yyyy-MM-ddTHH:mm:ssZ')]",
            }
        },
        "variables": {
            "artifactAccount": (
                f"[resourceId('{subscription}', '{group}', 'Microsoft.Storage/storageAccounts', '{account}')]"
            ),
            "readOnce": {
                "canonicalizedResource": f"/blob/{account}/packages/{blob}",
                "signedResource": "b",
                "signedPermission": "r",
                "signedProtocol": "https",
                "signedExpiry": "[parameters('readUntil')]",
                "keyToSign": "key1",
            },
        },
        "resources": [
            {
                "type": "Microsoft.Web/sites/slots/extensions" if slot else "Microsoft.Web/sites/extensions",
                "apiVersion": "2024-04-01",
                "name": f"{site}/{slot}/onedeploy" if slot else f"{site}/onedeploy",
                "properties": {
                    "packageUri": f"[concat('{blob_endpoint}packages/{blob}?', {sas})]",
                    **DEPLOY_OPTIONS,
                },
            }
        ],
        "outputs": {"deployKey": {"type": "string", "value": deploy_key(blob)}},
    }
