"""`GET /metadata/endpoints`: from it clients learn this cloud's addresses, before they have a token."""

from typing import Any

from emulator.identity import MANAGEMENT
from emulator.identity.resources import APP_SERVICE

SINGLE_SINCE = "2022-09-01"
"""From this version on the answer is the one cloud; before, it is a list of clouds."""


def endpoints(url: str, tenant_id: str, version: str) -> dict[str, Any] | list[dict[str, Any]]:
    """This cloud, in the form the version has: `az cloud register` reads 2022-09-01.

    Args:
        url: the ARM server's own address.
    """
    cloud = {
        "name": "AzureLocal",
        "portal": url,
        "resourceManager": f"{url}/",
        "appServiceResourceId": APP_SERVICE,
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
    return cloud if version >= SINGLE_SINCE else [cloud]
