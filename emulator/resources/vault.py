"""Key Vaults and their secrets, and what an app setting that refers to one becomes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.constants import TENANT_ID
from emulator.identity import Identity
from emulator.resources.errors import bad_request, conflict
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, name_of
from emulator.resources.signed import decode
from emulator.resources.values import reveal, text
from emulator.store import Record, Store

VAULT_TYPE = "Microsoft.KeyVault/vaults"
VAULT_PATH = f"{GROUP_PATH}/providers/{VAULT_TYPE}/{{vaultName}}"
_NAME = re.compile(r"(?=.{3,24}$)[A-Za-z](?:-?[A-Za-z0-9])*")
_SECRET_NAME = re.compile(r"[-A-Za-z0-9]{1,127}")
_REFERENCE = re.compile(
    r"@Microsoft\.KeyVault\(SecretUri=https://(?P<vault>[^./]+)\.vault\.azure\.net/secrets/(?P<secret>[^/)]+)"
    r"(?:/(?P<version>[^/)]*))?/?\)",
    re.IGNORECASE,
)
_ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
# Roles whose data actions hold `Microsoft.KeyVault/vaults/secrets/getSecret/action`.
_READERS = frozenset(
    {
        "4633458b-17de-408a-b874-0445c86b69e6",  # Key Vault Secrets User
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",  # Key Vault Secrets Officer
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",  # Key Vault Administrator
    }
)


class Vault(Handler):
    """A vault."""

    token = "azure-native:keyvault:Vault"  # noqa: S105
    type = VAULT_TYPE
    path = IdTemplate(VAULT_PATH)
    force_new = frozenset({"location"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        name = text(inputs, "vaultName")
        if name and not _NAME.fullmatch(name):
            yield Problem("vaultName", f"{name!r} is not a vault's name; 3 to 24 letters, digits and single '-'")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the vault's outputs, after Azure's checks."""
        properties: Mapping[str, Any] = resource.inputs.get("properties") or {}
        old: Mapping[str, Any] = (resource.old.inputs.get("properties") or {}) if resource.old else {}
        if old.get("enablePurgeProtection") and not properties.get("enablePurgeProtection"):
            raise bad_request('The property "enablePurgeProtection" cannot be set to false.')
        for record in scope.store.all(self.token):
            if name_of(record.id).lower() == resource.name.lower() and record.id.lower() != resource.id.lower():
                raise conflict(f"The vault name '{resource.name}' is already in use.", "VaultAlreadyExists")
        answer = {
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "publicNetworkAccess": "Enabled",
            **properties,
            "tenantId": text(properties, "tenantId") or TENANT_ID,
            "provisioningState": "Succeeded",
            "vaultUri": f"https://{resource.name.lower()}.vault.azure.net/",
        }
        return {**self.answer(resource), "properties": answer}


class Secret(Handler):
    """A secret. Its value stays in this machine's store, which only its owner reads; it is in no answer."""

    token = "azure-native:keyvault:Secret"  # noqa: S105
    type = f"{VAULT_TYPE}/secrets"
    path = IdTemplate(f"{VAULT_PATH}/secrets/{{secretName}}")

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        name = text(inputs, "secretName")
        if name and not _SECRET_NAME.fullmatch(name):
            yield Problem("secretName", f"{name!r} is not a secret's name; 1 to 127 letters, digits and '-'")

    def previewed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the inputs without what Azure does not give back, and without the version it will make."""
        return {key: value for key, value in inputs.items() if key != "properties"}

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the secret's outputs, its value not among them."""
        properties: Mapping[str, Any] = reveal(resource.inputs.get("properties") or {})
        vault = resource.id.split("/secrets/")[0]
        uri = f"https://{name_of(vault).lower()}.vault.azure.net/secrets/{resource.name}"
        told = {key: value for key, value in properties.items() if key != "value"}
        version = _version(text(properties, "value"))
        answer = {**self.answer(resource), "properties": None}
        return {
            **answer,
            "properties": {
                **told,
                "attributes": {"enabled": True, **(told.get("attributes") or {})},
                "secretUri": uri,
                "secretUriWithVersion": f"{uri}/{version}",
            },
        }


def resolved(store: Store, settings: Mapping[str, str], identities: tuple[Identity, ...]) -> dict[str, str]:
    """Returns app settings with references to secrets replaced by their values.

    As in Azure, a reference that cannot be followed stays as it is written: the secret is not there, or the site's
    identity has no role that opens it (learn.microsoft.com/azure/app-service/app-service-key-vault-references).
    """
    return {
        name: _followed(store, match, identities) if (match := _REFERENCE.fullmatch(value)) else value
        for name, value in settings.items()
    }


def _followed(store: Store, match: re.Match[str], identities: tuple[Identity, ...]) -> str:
    for record in store.all(Secret.token):
        vault = name_of(record.id.split("/secrets/")[0])
        if (vault.lower(), name_of(record.id).lower()) != (match["vault"].lower(), match["secret"].lower()):
            continue
        value = text(reveal(decode(record.inputs.get("properties") or {})), "value")
        is_right = not match["version"] or match["version"] == _version(value)
        if is_right and _may_read(store, record, identities):
            return value
    return match.group()


def _may_read(store: Store, secret: Record, identities: tuple[Identity, ...]) -> bool:
    principals = {identity.principal_id for identity in identities}
    return any(
        text(given.inputs, "principalId") in principals
        and name_of(text(given.inputs, "roleDefinitionId")) in _READERS
        and f"{secret.id.lower()}/".startswith(f"/{text(given.inputs, 'scope').strip('/').lower()}/")
        for given in store.all(_ROLE_ASSIGNMENT)
    )


def _version(value: str) -> str:
    """A version that changes with the value and does not tell it."""
    return hashlib.scrypt(value.encode(), salt=b"oneplan secret version", n=2**10, r=8, p=1, dklen=16).hex()


HANDLERS: tuple[Handler, ...] = (Vault(), Secret())
FUNCTIONS: dict[str, Function] = {}
