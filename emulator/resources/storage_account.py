"""Storage accounts, their management policy and blob service settings, and what signs with their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.resources.errors import AzureError, bad_request, conflict, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.identity import identity_output, preview_identity, system_assigned, user_assigned
from emulator.resources.ids import IdTemplate, name_of, resource_id
from emulator.resources.values import Secret, text
from emulator.store import Record

ACCOUNT_TYPE = "Microsoft.Storage/storageAccounts"
ACCOUNT_PATH = f"{GROUP_PATH}/providers/{ACCOUNT_TYPE}/{{accountName}}"
_NAME = re.compile(r"[a-z0-9]{3,24}")
# What ARM answers for a new account when the request leaves it out (Microsoft.Storage 2024-01-01).
_DEFAULTS: dict[str, Any] = {
    "accessTier": "Hot",
    "allowBlobPublicAccess": False,
    "allowCrossTenantReplication": False,
    "enableHttpsTrafficOnly": True,
    "minimumTlsVersion": "TLS1_0",
    "networkRuleSet": {
        "bypass": "AzureServices",
        "defaultAction": "Allow",
        "ipRules": [],
        "virtualNetworkRules": [],
    },
}


class StorageAccount(Handler):
    """A storage account with blobs, queues and tables."""

    token = "azure-native:storage:StorageAccount"  # noqa: S105
    type = ACCOUNT_TYPE
    path = IdTemplate(ACCOUNT_PATH)
    force_new = frozenset({"location", "isHnsEnabled", "enableNfsV3", "extendedLocation", "dnsEndpointType"})
    replay_order = 0

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        name = text(inputs, "accountName")
        if name and not _NAME.fullmatch(name):
            yield Problem(
                "accountName",
                f"{name!r} is not a storage account's name; 3 to 24 lower-case letters and digits",
            )

    def previewed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the inputs, identities as a map."""
        return preview_identity(inputs)

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Makes the account and returns its outputs."""
        _require_free(scope, resource)
        wanted = resource.inputs.get("identity") or {}
        users, system = user_assigned(scope, wanted), system_assigned(resource.id, wanted)
        await scope.azure.storage.put_account(
            resource.name, shared_key=resource.inputs.get("allowSharedKeyAccess") is not False
        )
        location = text(resource.inputs, "location")
        answer = self.answer(
            resource,
            creationTime=resource.created,
            primaryEndpoints=dict(scope.azure.storage.endpoints(resource.name)),
            primaryLocation=location,
            statusOfPrimary="available",
            provisioningState="Succeeded",
            privateEndpointConnections=[],
        )
        sku = {**resource.inputs["sku"], "tier": str(resource.inputs["sku"]["name"]).partition("_")[0]}
        identity = {"identity": identity_output(wanted, users, system)} if wanted else {}
        return {**_DEFAULTS, **answer, "sku": sku, **identity}

    async def remove(self, scope: Scope, record: Record) -> None:
        """Removes the account with its data."""
        await scope.azure.storage.delete_account(name_of(record.id))

    async def stored(self, scope: Scope) -> None:
        """Lets roles given at its group, or above, count for it."""
        await scope.azure.storage.access_changed()


class ManagementPolicy(Handler):
    """An account's lifecycle rules: kept and answered; nothing here ages enough to be moved by them."""

    token = "azure-native:storage:ManagementPolicy"  # noqa: S105
    type = f"{ACCOUNT_TYPE}/managementPolicies"
    path = IdTemplate(f"{ACCOUNT_PATH}/managementPolicies/{{managementPolicyName}}")

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name other than the one Azure takes."""
        name = text(inputs, "managementPolicyName", "default")
        if name != "default":
            yield Problem("managementPolicyName", f"{name!r}: an account's only policy is named 'default'")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the policy's outputs."""
        return self.answer(resource, name="DefaultManagementPolicy", lastModifiedTime=resource.now)


class BlobServiceProperties(Handler):
    """Settings of an account's blob service."""

    token = "azure-native:storage:BlobServiceProperties"  # noqa: S105
    type = f"{ACCOUNT_TYPE}/blobServices"
    path = IdTemplate(f"{ACCOUNT_PATH}/blobServices/{{blobServicesName}}")

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name other than the one Azure takes."""
        name = text(inputs, "blobServicesName", "default")
        if name != "default":
            yield Problem("blobServicesName", f"{name!r}: an account's only blob service is named 'default'")


def _require_free(scope: Scope, resource: Resource) -> None:
    """Raises Azure's 409 when an account in another group has the name: names are Azure-wide."""
    for record in scope.store.all(StorageAccount.token):
        if name_of(record.id) == resource.name and record.id.lower() != resource.id.lower():
            raise conflict(f"The storage account named {resource.name} is already taken.", "StorageAccountAlreadyTaken")


def require_account(scope: Scope, id: str) -> Record:
    """Returns the account's record, or raises ARM's 404."""
    group = id.split("/")[4] if id.count("/") > 4 else ""
    return scope.require(
        id,
        not_found(
            f"The Resource '{ACCOUNT_TYPE}/{name_of(id)}' under resource group '{group}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
        ),
    )


def require_shared_key(account: Record) -> None:
    """Raises the storage service's 403 when the account refuses what is signed by its keys."""
    if account.outputs.get("allowSharedKeyAccess") is False:
        raise AzureError(
            403,
            "KeyBasedAuthenticationNotPermitted",
            f"Key based authentication is not permitted on this storage account ({name_of(account.id)}).",
        )


def sign_service_sas(scope: Scope, account_id: str, body: Mapping[str, Any]) -> str:
    """Returns a service SAS, as ``listServiceSas`` does."""
    account = require_account(scope, account_id)
    require_shared_key(account)
    if not text(body, "canonicalizedResource"):
        raise bad_request("canonicalizedResource is required.", "InvalidValuesForRequestParameters")
    return scope.azure.storage.service_sas(name_of(account.id), dict(body))


def keys_answer(scope: Scope, account_id: str) -> list[dict[str, Any]]:
    """Returns the account's keys, as ``listKeys`` does."""
    account = require_account(scope, account_id)
    keys = scope.azure.storage.keys(name_of(account.id))
    return [
        {"keyName": f"key{number}", "permissions": "FULL", "value": key, "creationTime": account.created}
        for number, key in enumerate(keys, 1)
    ]


def _account_id(arguments: Mapping[str, Any]) -> str:
    return resource_id(text(arguments, "resourceGroupName"), ACCOUNT_TYPE, text(arguments, "accountName"))


async def list_keys(scope: Scope, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the account's keys, each value secret."""
    keys = keys_answer(scope, _account_id(arguments))
    return {"keys": [{**key, "value": Secret(key["value"])} for key in keys]}


async def list_service_sas(scope: Scope, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a service SAS, secret."""
    body = {key: value for key, value in arguments.items() if key not in {"accountName", "resourceGroupName"}}
    renamed = {_SAS_NAMES.get(key, key): value for key, value in body.items()}
    return {"serviceSasToken": Secret(sign_service_sas(scope, _account_id(arguments), renamed))}


# The SDK's words for ServiceSasParameters, and ARM's.
_SAS_NAMES = {
    "resource": "signedResource",
    "permissions": "signedPermission",
    "protocols": "signedProtocol",
    "sharedAccessExpiryTime": "signedExpiry",
    "sharedAccessStartTime": "signedStart",
    "iPAddressOrRange": "signedIp",
    "identifier": "signedIdentifier",
    "partitionKeyStart": "startPk",
    "partitionKeyEnd": "endPk",
    "rowKeyStart": "startRk",
    "rowKeyEnd": "endRk",
    "cacheControl": "rscc",
    "contentDisposition": "rscd",
    "contentEncoding": "rsce",
    "contentLanguage": "rscl",
    "contentType": "rsct",
}

HANDLERS: tuple[Handler, ...] = (StorageAccount(), ManagementPolicy(), BlobServiceProperties())
FUNCTIONS: dict[str, Function] = {
    "azure-native:storage:listStorageAccountKeys": list_keys,
    "azure-native:storage:listStorageAccountServiceSAS": list_service_sas,
}
