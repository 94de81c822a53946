"""Names and locations that were left out."""

from __future__ import annotations

import uuid

import pytest

from emulator.provider.naming import Autonaming, NamingMode, default_location, name_inputs
from emulator.resources.catalogue import HANDLERS
from emulator.resources.ids import NameStrategy
from emulator.resources.values import Secret, Unknown


def named(token, inputs=None, *, olds=None, seed=b"s", wish=None):
    path = HANDLERS[f"azure-native:{token}"].path
    return name_inputs(path, "shop", inputs or {}, olds=olds or {}, seed=seed, wish=wish)[0]


def test_each_type_is_named_as_azure_native_names_it():
    strategies = {
        token.removeprefix("azure-native:"): handler.path.strategy.value for token, handler in HANDLERS.items()
    }

    assert strategies == {
        "applicationinsights:Component": "random",
        "authorization:ManagementLockByScope": "random",
        "authorization:RoleAssignment": "uuid",
        "consumption:Budget": "random",
        "keyvault:Secret": "copy",
        "keyvault:Vault": "random",
        "managedidentity:UserAssignedIdentity": "random",
        "monitor:ActionGroup": "random",
        "monitor:AutoscaleSetting": "random",
        "monitor:DiagnosticSetting": "random",
        "monitor:ScheduledQueryRule": "random",
        "network:PrivateDnsZoneGroup": "copy",
        "network:PrivateEndpoint": "random",
        "network:Subnet": "copy",
        "network:VirtualNetwork": "random",
        "operationalinsights:Workspace": "random",
        "privatedns:PrivateZone": "random",
        "privatedns:VirtualNetworkLink": "copy",
        "resources:Deployment": "random",
        "resources:ResourceGroup": "random",
        "storage:Blob": "copy",
        "storage:BlobContainer": "copy",
        "storage:BlobServiceProperties": "copy",
        "storage:ManagementPolicy": "copy",
        "storage:Queue": "copy",
        "storage:StorageAccount": "random",
        "storage:Table": "copy",
        "web:AppServicePlan": "random",
        "web:Certificate": "random",
        "web:WebApp": "random",
        "web:WebAppFtpAllowed": "none",
        "web:WebAppFtpAllowedSlot": "none",
        "web:WebAppHostNameBinding": "copy",
        "web:WebAppScmAllowed": "none",
        "web:WebAppScmAllowedSlot": "none",
        "web:WebAppSlot": "copy",
        "web:WebAppSlotConfigurationNames": "none",
    }
    assert NameStrategy.COPY == "copy"


def test_a_random_name_follows_the_seed():
    first = named("web:WebApp")

    assert first == named("web:WebApp")
    assert first != named("web:WebApp", seed=b"t")
    assert first["__createBeforeDelete"] is True
    assert named("web:WebApp", seed=b"")["name"] != named("web:WebApp", seed=b"")["name"]


def test_a_copied_name_and_a_uuid():
    assert named("storage:Queue") == {"queueName": "shop"}
    assert uuid.UUID(named("authorization:RoleAssignment")["roleAssignmentName"]).version == 4


def test_what_the_program_or_the_state_says_wins():
    old = {"name": "shop12345678", "__createBeforeDelete": True}

    assert named("web:WebApp", {"name": "given"}, olds=old) == {}
    assert named("web:WebApp", {"name": Unknown()}) == {}
    assert named("web:WebApp", olds=old) == old
    assert named("web:WebApp", olds={"name": "fixed"}) == {"name": "fixed"}


@pytest.mark.parametrize(
    ("token", "mode", "expected"),
    [
        ("web:WebApp", NamingMode.PROPOSE, {"name": "shop-1a2b", "__createBeforeDelete": True}),
        ("storage:Queue", NamingMode.PROPOSE, {"queueName": "shop"}),
        ("storage:Queue", NamingMode.ENFORCE, {"queueName": "shop-1a2b", "__createBeforeDelete": True}),
        ("web:WebApp", NamingMode.DISABLE, {}),
    ],
)
def test_the_engines_wish(token, mode, expected):
    assert named(token, wish=Autonaming("shop-1a2b", mode)) == expected


@pytest.mark.parametrize(
    ("inputs", "olds", "configured", "expected"),
    [
        ({"location": "here"}, {"location": "old"}, "config", {}),
        ({}, {"location": "old"}, "config", {"location": "old"}),
        ({"resourceGroupName": "rg"}, {}, "config", {"location": "config"}),
        ({"resourceGroupName": Secret("rg")}, {}, "", {"location": "group's"}),
        ({"resourceGroupName": Unknown()}, {}, "", {"location": Unknown()}),
        ({"resourceGroupName": "not yet"}, {}, "", {}),
    ],
)
def test_where_a_location_comes_from(inputs, olds, configured, expected):
    known = {"rg": "group's"}

    found = default_location(inputs, olds=olds, configured=configured, location_of=known.get)

    assert found == expected
