"""Vaults: secrets are kept from answers and from other users, and settings that refer to them are followed."""

import stat

import pytest

from emulator.resources import AzureError

ROLE = "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"
PASSWORD = "correct horse battery staple"


async def vault(subscription, **more):
    properties = {"sku": {"family": "A", "name": "standard"}, "enablePurgeProtection": True, **more}
    return await subscription.create(
        "keyvault:Vault", "v", resourceGroupName="rg", vaultName="shopkv", location="westeurope", properties=properties
    )


async def secret(subscription, value=PASSWORD):
    return await subscription.create(
        "keyvault:Secret",
        "pw",
        resourceGroupName="rg",
        vaultName="shopkv",
        secretName="password",
        properties={"value": value},
    )


async def site_with(subscription, reference, *, scope=None):
    """A site whose identity may read at `scope`; returns the setting its processes see."""
    await subscription.plan()
    user = await subscription.create(
        "managedidentity:UserAssignedIdentity", "id", resourceGroupName="rg", resourceName="shop-id"
    )
    if scope:
        await subscription.create(
            "authorization:RoleAssignment",
            "r",
            roleAssignmentName="00000000-0000-4000-8000-00000000000b",
            scope=scope,
            principalId=user.outputs["principalId"],
            roleDefinitionId=ROLE,
        )
    await subscription.site(
        config={"appSettings": [{"name": "PASSWORD", "value": reference}]},
        identity={"type": "UserAssigned", "userAssignedIdentities": [user.id]},
    )
    return subscription.azure.sites.specs["shop"].settings["PASSWORD"]


def reference(made, key="secretUriWithVersion"):
    return f"@Microsoft.KeyVault(SecretUri={made.outputs['properties'][key]})"


async def test_no_answer_holds_the_value_and_nobody_else_reads_the_store(subscription):
    await subscription.group()
    await vault(subscription)

    made = await secret(subscription)

    assert PASSWORD not in str(made.outputs)
    assert made.outputs["properties"]["secretUri"] == "https://shopkv.vault.azure.net/secrets/password"
    for file in subscription.store.path.parent.glob("state.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


async def test_a_new_value_is_a_new_version(subscription):
    await subscription.group()
    await vault(subscription)

    first, again, other = [reference(await secret(subscription, value)) for value in ("one", "one", "two")]

    assert first == again != other


@pytest.mark.parametrize("key", ["secretUri", "secretUriWithVersion"])
@pytest.mark.parametrize("at", ["vault", "secret"])
async def test_a_reference_is_followed_with_a_role_at_the_vault_or_the_secret(subscription, key, at):
    await subscription.group()
    scopes = {"vault": (await vault(subscription)).id}
    made = await secret(subscription)
    scopes["secret"] = made.id

    assert await site_with(subscription, reference(made, key), scope=scopes[at]) == PASSWORD


async def test_without_a_role_a_reference_stays_as_it_is(subscription):
    await subscription.group()
    await vault(subscription)
    made = await secret(subscription)

    assert await site_with(subscription, reference(made)) == reference(made)


async def test_a_reference_to_nothing_stays_as_it_is(subscription):
    await subscription.group()
    opened = await vault(subscription)
    nowhere = "@Microsoft.KeyVault(SecretUri=https://shopkv.vault.azure.net/secrets/nothing)"

    assert await site_with(subscription, nowhere, scope=opened.id) == nowhere


async def test_purge_protection_stays_on(subscription):
    await subscription.group()
    await vault(subscription)

    with pytest.raises(AzureError, match="enablePurgeProtection"):
        await vault(subscription, enablePurgeProtection=False)
