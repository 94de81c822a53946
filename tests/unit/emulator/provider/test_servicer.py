"""The provider protocol, driven by a gRPC client as the engine drives it."""

from __future__ import annotations

import re

import grpc
import pytest
from google.protobuf import empty_pb2

from emulator.provider._stubs import provider_pb2
from emulator.provider.codec import dump, load
from emulator.provider.facts import sdk_version
from emulator.resources.values import Asset, Secret, Unknown


async def test_an_engine_may_attach_configure_and_cancel(engine):
    handshake = await engine.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    await engine.stub.Attach(_attach())
    info = await engine.stub.GetPluginInfo(empty_pb2.Empty())
    configured = await engine.stub.Configure(provider_pb2.ConfigureRequest())
    await engine.stub.Cancel(empty_pb2.Empty())

    assert (handshake.accept_secrets, handshake.accept_outputs) == (True, False)
    assert info.version == sdk_version()
    assert configured.supportsPreview
    assert (await engine.stub.GetPluginInfo(empty_pb2.Empty())).version, "Cancel must not end an attached server"


def _attach():
    from pulumi.runtime.proto import plugin_pb2

    return plugin_pb2.PluginAttach(address="127.0.0.1:1")


async def test_a_group_gets_a_generated_name_and_no_diff_afterwards(engine):
    inputs = await engine.checked("resources:ResourceGroup", "shop", {"location": "switzerlandnorth"})
    made, outputs = await engine.create("resources:ResourceGroup", "shop", {"location": "switzerlandnorth"})
    again = await engine.checked("resources:ResourceGroup", "shop", {"location": "Switzerland North"}, inputs)

    name = inputs["resourceGroupName"]
    assert re.fullmatch("shop[0-9a-f]{8}", name)
    assert inputs["__createBeforeDelete"] is True
    assert made.endswith(f"/resourceGroups/{name}")
    assert outputs == {
        "azureApiVersion": "2024-03-01",
        "location": "switzerlandnorth",
        "name": name,
        "properties": {"provisioningState": "Succeeded"},
        "type": "Microsoft.Resources/resourceGroups",
    }
    assert (await engine.diff("resources:ResourceGroup", inputs, again)).changes == 1  # DIFF_NONE


async def test_the_location_comes_from_the_group_and_stays(engine):
    await engine.group()

    inputs = await engine.checked("web:AppServicePlan", "plan", {"resourceGroupName": "shop-rg"})
    unknown = await engine.checked("web:AppServicePlan", "plan", {"resourceGroupName": Unknown()})
    kept = await engine.checked(
        "web:AppServicePlan",
        "plan",
        {"resourceGroupName": "shop-rg"},
        {"location": "westeurope", "name": "p"},
    )

    assert inputs["location"] == "switzerlandnorth"
    assert unknown["location"] == Unknown()
    assert (kept["location"], kept["name"]) == ("westeurope", "p")


async def test_every_problem_has_its_path_and_a_suggestion(engine):
    problems = await engine.failures(
        "web:WebApp",
        {
            "resourceGroupName": "shop-rg",
            "siteConfg": {},
            "httpsOnly": "yes",
            "identity": {"type": "System"},
            "siteConfig": {"alwaysOn": 1, "appSettings": [{"nme": "A", "value": 5}], "ftpsState": Unknown()},
        },
    )

    assert dict(problems) == {
        "siteConfg": "unknown property; did you mean 'siteConfig'?",
        "httpsOnly": "expected boolean, got string 'yes'",
        "identity.type": "'System' is not one of 'SystemAssigned', 'UserAssigned', "
        "'SystemAssigned, UserAssigned', 'None'; did you mean 'SystemAssigned'?",
        "siteConfig.alwaysOn": "expected boolean, got number 1",
        "siteConfig.appSettings[0].nme": "unknown property; did you mean 'name'?",
        "siteConfig.appSettings[0].value": "expected string, got number 5",
    }


async def test_a_secret_that_does_not_fit_is_not_told(engine):
    problems = await engine.failures(
        "web:WebApp",
        {
            "resourceGroupName": "shop-rg",
            "httpsOnly": Secret("hunter2"),
            "siteConfig": Secret({"ftpsState": "hunter2", "appSettings": [{"name": "A", "value": "hunter2"}]}),
        },
    )

    assert problems == [
        ("httpsOnly", "a secret that does not fit here"),
        ("siteConfig.ftpsState", "a secret that does not fit here"),
    ]


async def test_missing_and_open_enums_are_refused(engine):
    problems = await engine.failures("storage:StorageAccount", {"kind": "StorageV9", "accountName": "ok1"})

    assert [name for name, _ in problems] == ["kind", "resourceGroupName", "sku"]
    assert "did you mean 'StorageV2'?" in problems[0][1]


async def test_a_type_without_a_handler_names_those_there_are(engine):
    answer = await engine.check("network:NatGateway", "x", {})

    assert [failure.property for failure in answer.failures] == [""]
    assert answer.failures[0].reason.startswith(
        "azure-native:network:NatGateway: a resource type the emulator does not know; it knows applicationinsights:"
    )


async def test_a_preview_gives_no_id_and_unknown_outputs(engine):
    made, outputs = await engine.create(
        "storage:StorageAccount",
        "data",
        {
            "resourceGroupName": Unknown(),
            "accountName": "shopdata",
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
        },
        preview=True,
    )

    assert made == ""
    assert outputs["primaryEndpoints"] == Unknown()
    assert outputs["kind"] == "StorageV2"
    assert not {"id", "__createBeforeDelete"} & outputs.keys()
    assert engine.azure.storage.accounts == {}


async def test_a_preview_of_an_update_keeps_name_and_location(engine):
    outputs = await engine.update(
        "storage:Queue",
        "q",
        "/some/id",
        {"queueName": "q", "accountName": "a", "resourceGroupName": "g", "metadata": {"a": "b"}},
        {"name": "q", "type": "queues", "azureApiVersion": "2024-01-01", "approximateMessageCount": 3},
        preview=True,
    )

    assert outputs["name"] == "q"
    assert outputs["approximateMessageCount"] == Unknown()
    assert outputs["metadata"] == {"a": "b"}


async def test_secrets_come_back_secret(engine):
    await engine.group()
    await engine.account()
    inputs = await engine.checked(
        "storage:Queue",
        "orders",
        {
            "accountName": "shopdata",
            "resourceGroupName": "shop-rg",
            "metadata": {"token": Secret("hidden"), "open": "x"},
        },
    )
    created = await engine.stub.Create(
        provider_pb2.CreateRequest(urn=engine.urn("storage:Queue", "orders"), properties=dump(inputs))
    )
    read = await engine.read("storage:Queue", created.id, inputs)

    assert inputs["metadata"] == {"token": Secret("hidden"), "open": "x"}
    assert load(created.properties)["metadata"] == {"token": Secret("hidden"), "open": "x"}
    assert load(read.inputs) == inputs
    assert load(read.properties)["metadata"] == {"token": Secret("hidden"), "open": "x"}
    assert engine.azure.storage.accounts["shopdata"]["queues"]["orders"]["metadata"]["token"] == "hidden"


async def test_diff_gives_exact_paths_and_honours_ignore_changes(engine):
    old = {
        "name": "shop",
        "location": "westeurope",
        "siteConfig": {"alwaysOn": True, "appSettings": [{"name": "A", "value": "1"}]},
        "tags": {"a.b": "1", "gone": "x"},
    }
    new = {
        "name": "shop",
        "location": "West Europe",
        "siteConfig": {"alwaysOn": True, "appSettings": [{"name": "A", "value": Secret("2")}]},
        "tags": {"a.b": "2"},
    }

    answer = await engine.diff("web:WebApp", old, new)
    ignored = await engine.diff("web:WebApp", old, new, ("tags", "siteConfig.appSettings[*].value"))

    assert {path: detail.kind for path, detail in answer.detailedDiff.items()} == {
        "siteConfig.appSettings[0].value": provider_pb2.PropertyDiff.UPDATE,
        'tags["a.b"]': provider_pb2.PropertyDiff.UPDATE,
        "tags.gone": provider_pb2.PropertyDiff.DELETE,
    }
    assert (list(answer.diffs), list(answer.replaces)) == (["siteConfig", "tags"], [])
    assert ignored.changes == provider_pb2.DiffResponse.DIFF_NONE


@pytest.mark.parametrize(
    ("token", "old", "new", "replaces", "deletes_first"),
    [
        ("storage:Queue", {"queueName": "a"}, {"queueName": "b"}, ["queueName"], True),
        ("storage:Queue", {"queueName": "a"}, {"queueName": Unknown()}, ["queueName"], True),
        (
            "web:WebApp",
            {"name": "a", "location": "x", "__createBeforeDelete": True},
            {"name": "b", "location": "y", "__createBeforeDelete": True},
            ["location", "name"],
            False,
        ),
        ("web:AppServicePlan", {"sku": {"name": "B1"}}, {"sku": {"name": "B2"}}, [], False),
        (
            "storage:Blob",
            {"source": Asset(hash="1")},
            {"source": Asset(hash="2", text="x")},
            ["source"],
            True,
        ),
        ("storage:Blob", {"source": Asset(hash="1")}, {"source": Asset(hash="1", text="x")}, [], False),
    ],
)
async def test_replacement_follows_path_parameters_and_force_new(engine, token, old, new, replaces, deletes_first):
    answer = await engine.diff(token, old, new)

    assert (list(answer.replaces), answer.deleteBeforeReplace) == (replaces, deletes_first)


async def test_another_resource_cannot_take_an_id_and_the_same_may_ask_again(engine):
    await engine.group()
    await engine.account()
    await engine.account()

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await engine.create(
            "storage:StorageAccount",
            "other",
            {
                "resourceGroupName": "shop-rg",
                "accountName": "shopdata",
                "kind": "StorageV2",
                "sku": {"name": "Standard_LRS"},
            },
        )

    assert caught.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert caught.value.details().startswith("cannot create already existing resource '/subscriptions/")


async def test_errors_carry_azures_code_and_never_unknown(engine):
    with pytest.raises(grpc.aio.AioRpcError) as no_group:
        await engine.account()
    await engine.group()
    with pytest.raises(grpc.aio.AioRpcError) as no_parent:
        await engine.create("storage:Queue", "q01", {"accountName": "missing", "resourceGroupName": "shop-rg"})

    assert no_group.value.code() is grpc.StatusCode.NOT_FOUND
    assert no_group.value.details() == (
        'Status=404 Code="ResourceGroupNotFound" Message="Resource group \'shop-rg\' could not be found."'
    )
    assert 'Code="ParentResourceNotFound"' in no_parent.value.details()


async def test_a_fault_of_the_emulator_is_logged_and_told_without_a_traceback(engine, monkeypatch, caplog):
    await engine.group()

    async def broken(name: str, **_: bool) -> None:
        raise KeyError(name)

    monkeypatch.setattr(engine.azure.storage, "put_account", broken)

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await engine.account()

    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert caught.value.details() == (
        "emulator: Create failed with KeyError; this is a fault of the emulator, its log has the details"
    )
    assert "Traceback" in caplog.text


async def test_what_is_gone_reads_empty_and_deletes_quietly(engine):
    await engine.group()
    account = await engine.account()
    queue, _ = await engine.create(
        "storage:Queue", "orders", {"accountName": "shopdata", "resourceGroupName": "shop-rg"}
    )

    await engine.azure.storage.delete_queue("shopdata", "orders")
    drifted = await engine.read("storage:Queue", queue)
    await engine.delete("storage:StorageAccount", account)
    await engine.delete("storage:StorageAccount", account)

    assert drifted.id == ""
    assert (await engine.read("storage:StorageAccount", account)).id == ""
    assert engine.azure.storage.accounts == {}


async def test_invokes_answer_with_secrets(engine):
    await engine.group()
    await engine.account()

    keys = await engine.invoke(
        "storage:listStorageAccountKeys", {"accountName": "shopdata", "resourceGroupName": "shop-rg"}
    )
    client = await engine.invoke("authorization:getClientConfig", {})
    token = await engine.invoke("authorization:getClientToken", {})

    assert [key["value"] for key in keys["keys"]] == [Secret("shopdata-key-1"), Secret("shopdata-key-2")]
    assert client["subscriptionId"] == "00000000-0000-4000-8000-000000000001"
    assert token == {"token": Secret("token for https://management.azure.com/")}


async def test_a_foreign_subscription_is_refused(engine):
    answer = await engine.stub.CheckConfig(provider_pb2.CheckRequest(urn="urn", news=dump({"subscriptionId": "1234"})))

    assert answer.failures[0].property == "subscriptionId"
    assert "'1234' is not the local subscription" in answer.failures[0].reason


async def test_the_engines_wish_for_a_name_is_honoured(engine):
    wish = provider_pb2.CheckRequest.AutonamingOptions
    proposed = await engine.check(
        "web:AppServicePlan", "p", {"resourceGroupName": "g"}, autonaming=wish(proposed_name="p-dev", mode=0)
    )
    disabled = await engine.check("web:AppServicePlan", "p", {"resourceGroupName": "g"}, autonaming=wish(mode=2))

    assert load(proposed.inputs)["name"] == "p-dev"
    assert [failure.reason for failure in disabled.failures] == [
        "name: missing, and automatic naming is off (pulumi:autonaming); give it a name"
    ]
