"""The stack's Key Vault: what app settings refer to, so that no secret stands in a setting."""

from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import keyvault

RETENTION_DAYS = 90
"""How long a deleted vault or secret can be brought back; Azure's longest."""


class VaultArgs(TypedDict):
    """What a vault holds."""

    resource_group_name: pulumi.Input[str]
    """Resource group the vault is created in."""
    vault_name: str
    """Azure name of the vault."""
    tenant_id: str
    """Entra tenant whose identities may be let in."""
    private: NotRequired[bool]
    """Whether it is reached through private endpoints only; from everywhere when omitted."""
    secrets: NotRequired[dict[str, pulumi.Input[str]]]
    """Secrets that are copied into the vault, by name; others are put there by hand."""
    tags: NotRequired[dict[str, str]]
    """Tags of the vault and of its secrets."""


class Vault(pulumi.ComponentResource):
    """A vault opened by roles only, whose content cannot be purged."""

    vault_id: pulumi.Output[str]
    """Resource id, to grant roles at."""
    references: dict[str, pulumi.Output[str]]
    """App setting values that refer to the copied secrets, by name; a new value is a new reference."""
    secret_ids: dict[str, pulumi.Output[str]]
    """Resource ids of the copied secrets, to grant roles at."""

    def __init__(self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the vault and copies the secrets."""
        super().__init__("oneplan:index:Vault", name, {}, opts)
        vault = keyvault.Vault(
            f"{name}-vault",
            vault_name=args["vault_name"],
            resource_group_name=args["resource_group_name"],
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=args["tenant_id"],
                sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
                enable_rbac_authorization=True,
                enable_purge_protection=True,
                enable_soft_delete=True,
                soft_delete_retention_in_days=RETENTION_DAYS,
                **(_closed() if args.get("private") else {}),
            ),
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        copied = {
            secret: keyvault.Secret(
                f"{name}-secret-{secret}",
                vault_name=vault.name,
                resource_group_name=args["resource_group_name"],
                secret_name=secret,
                properties=keyvault.SecretPropertiesArgs(value=pulumi.Output.secret(value)),
                tags=args.get("tags"),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for secret, value in args.get("secrets", {}).items()
        }
        self.vault_id = vault.id
        # A preview may not tell what Azure will make of the name; outside of sovereign clouds it is this.
        usual = f"https://{args['vault_name']}.vault.azure.net/"
        self._uri: pulumi.Output[str] = vault.properties.apply(lambda found: found.vault_uri or usual)
        self.references = {
            secret: _reference(
                each.properties.apply(
                    lambda found, secret=secret: found.secret_uri_with_version or f"{usual}secrets/{secret}"
                )
            )
            for secret, each in copied.items()
        }
        self.secret_ids = {secret: each.id for secret, each in copied.items()}
        self.register_outputs({"vault_id": self.vault_id, "references": self.references, "secret_ids": self.secret_ids})

    def reference_to(self, secret: str) -> pulumi.Output[str]:
        """Returns the setting value that refers to a secret of the vault; its newest version is read within a day."""
        if secret in self.references:
            return self.references[secret]
        return _reference(pulumi.Output.concat(self._uri, f"secrets/{secret}"))


def _closed() -> dict[str, Any]:
    """What ARM puts into a closed vault comes by the way that is kept open for Azure's own services."""
    return {
        "public_network_access": "Disabled",
        "network_acls": {
            "default_action": keyvault.NetworkRuleAction.DENY,
            "bypass": keyvault.NetworkRuleBypassOptions.AZURE_SERVICES,
        },
    }


def _reference(uri: pulumi.Output[str]) -> pulumi.Output[str]:
    """Source: learn.microsoft.com/azure/app-service/app-service-key-vault-references."""
    return pulumi.Output.unsecret(pulumi.Output.concat("@Microsoft.KeyVault(SecretUri=", uri, ")"))
