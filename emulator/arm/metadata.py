"""`GET /metadata/endpoints`: from it clients learn this cloud's addresses, before they have a token."""

from typing import Any

from emulator.identity import MANAGEMENT


def endpoints(url: str, tenant_id: str) -> list[dict[str, Any]]:
    """This cloud, in the form of api-version 2022-09-01.

    Args:
        url: the ARM server's own address.
    """
    return [
        {
            "name": "AzureLocal",
            "portal": url,
            "resourceManager": url,
            "authentication": {
                "loginEndpoint": url,
                "audiences": [MANAGEMENT, url],
                "tenant": tenant_id,
                "identityProvider": "AAD",
            },
            "suffixes": {
                "storage": "core.windows.net",
                "keyVaultDns": "vault.azure.net",
                "sqlServerHostname": "database.windows.net",
            },
        }
    ]
