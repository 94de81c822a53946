"""Storage accounts and what is in them; the life of resources in general."""

from __future__ import annotations

import base64
import hashlib

import pytest

from emulator.errors import StartError
from emulator.resources import AlreadyExistsError, AzureError, Resources
from emulator.resources.values import Archive, Asset

GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/data"
INSIDE = {"resourceGroupName": "rg", "accountName": "data"}


async def test_an_account_answers_with_its_endpoints(subscription):
    await subscription.group()

    account = await subscription.account(allowSharedKeyAccess=False)

    assert account.id == ACCOUNT
    assert account.outputs["primaryEndpoints"]["queue"] == "https://127.0.0.1:10001/data/"
    assert account.outputs["sku"] == {"name": "Standard_LRS", "tier": "Standard"}
    assert account.outputs["creationTime"] == account.created
    assert subscription.azure.storage.shared_key == {"data": False}


async def test_queues_containers_and_tables_reach_the_services(subscription):
    await subscription.group()
    await subscription.account(allowBlobPublicAccess=True)

    queue = await subscription.create("storage:Queue", "q", queueName="orders", metadata={"a": "b"}, **INSIDE)
    await subscription.create("storage:BlobContainer", "c", containerName="photos", publicAccess="Blob", **INSIDE)
    await subscription.create("storage:Table", "t", tableName="products", **INSIDE)

    assert queue.id == f"{ACCOUNT}/queueServices/default/queues/orders"
    assert queue.outputs == {
        "metadata": {"a": "b"},
        "name": "orders",
        "type": "Microsoft.Storage/storageAccounts/queueServices/queues",
    }
    assert subscription.azure.storage.accounts["data"] == {
        "queues": {"orders": {"metadata": {"a": "b"}}},
        "containers": {"photos": {"blobs": {}, "public": "Blob"}},
        "tables": {"products": {}},
    }


async def test_a_container_is_not_public_in_an_account_that_forbids_it(subscription):
    await subscription.group()
    await subscription.account()

    with pytest.raises(AzureError, match="PublicAccessNotPermitted"):
        await subscription.create("storage:BlobContainer", "c", containerName="photos", publicAccess="Blob", **INSIDE)


async def test_a_blob_is_uploaded_from_text_and_from_a_file_of_the_project(subscription, tmp_path):
    await subscription.group()
    await subscription.account()
    await subscription.create("storage:BlobContainer", "c", containerName="packages", **INSIDE)
    (tmp_path / "project" / "site.zip").write_bytes(b"zip")

    text = await subscription.create(
        "storage:Blob", "b1", containerName="packages", blobName="a/b.txt", source=Asset("h", text="hi"), **INSIDE
    )
    file = await subscription.create(
        "storage:Blob", "b2", containerName="packages", blobName="s.zip", source=Archive("h", path="site.zip"), **INSIDE
    )

    blobs = subscription.azure.storage.accounts["data"]["containers"]["packages"]["blobs"]
    assert {name: blob["content"] for name, blob in blobs.items()} == {"a/b.txt": b"hi", "s.zip": b"zip"}
    assert text.outputs["url"] == "https://127.0.0.1:10000/data/packages/a/b.txt"
    assert file.outputs["contentMd5"] == base64.b64encode(hashlib.md5(b"zip").digest()).decode()
    assert "hi" not in str(text.inputs), "the store keeps the hash, not the content"
    await subscription.delete(text)
    assert list(blobs) == ["s.zip"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Asset(path="missing.zip"), "missing.zip is not a file; build it before"),
        (Asset(uri="https://example.com/x"), "only text and files on this machine"),
        (Archive(assets=()), "only text and files on this machine"),
    ],
)
async def test_a_blob_needs_content(subscription, source, text):
    await subscription.group()
    await subscription.account()
    await subscription.create("storage:BlobContainer", "c", containerName="packages", **INSIDE)

    with pytest.raises(AzureError, match=text):
        await subscription.create("storage:Blob", "b", containerName="packages", blobName="x", source=source, **INSIDE)


async def test_a_blob_is_refused_where_keys_are_off(subscription):
    await subscription.group()
    await subscription.account(allowSharedKeyAccess=False)
    await subscription.create("storage:BlobContainer", "c", containerName="packages", **INSIDE)

    with pytest.raises(AzureError, match="KeyBasedAuthenticationNotPermitted"):
        await subscription.create("storage:Blob", "b", containerName="packages", blobName="x", **INSIDE)


async def test_a_missing_parent_is_named(subscription):
    await subscription.group()

    with pytest.raises(AzureError) as caught:
        await subscription.create("storage:Queue", "q", queueName="orders", **INSIDE)

    assert caught.value.code == "ParentResourceNotFound"
    assert f"the parent resource '{ACCOUNT}' could not be found" in caught.value.message


async def test_an_id_belongs_to_the_resource_that_made_it(subscription):
    await subscription.group()
    first = await subscription.account()

    again = await subscription.account(tags={"a": "b"})
    with pytest.raises(AlreadyExistsError):
        await subscription.create(
            "storage:StorageAccount",
            "other",
            resourceGroupName="rg",
            accountName="DATA",
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
        )

    assert (again.created, again.outputs["tags"]) == (first.created, {"a": "b"})


async def test_an_account_name_is_azure_wide(subscription):
    await subscription.group()
    await subscription.account()
    await subscription.create("resources:ResourceGroup", "rg2", resourceGroupName="rg2", location="westeurope")

    with pytest.raises(AzureError, match="The storage account named data is already taken"):
        await subscription.create(
            "storage:StorageAccount",
            "other",
            resourceGroupName="rg2",
            accountName="data",
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
        )


async def test_deleting_a_group_deletes_everything_in_it(subscription):
    group = await subscription.group()
    await subscription.account()
    await subscription.create("storage:Queue", "q", queueName="orders", **INSIDE)
    await subscription.plan()
    await subscription.site()

    await subscription.delete(group)
    await subscription.delete(group)

    assert subscription.ids() == []
    assert (subscription.azure.storage.accounts, subscription.azure.sites.specs) == ({}, {})


async def test_what_the_service_lost_reads_as_gone(subscription):
    await subscription.group()
    await subscription.account()
    queue = await subscription.create("storage:Queue", "q", queueName="orders", **INSIDE)
    assert await subscription.resources.read(queue.token, queue.id) == queue

    await subscription.azure.storage.delete_queue("data", "orders")

    assert await subscription.resources.read(queue.token, queue.id) is None


async def test_a_restart_puts_everything_back_and_changes_no_record(subscription):
    await subscription.group()
    await subscription.account()
    await subscription.create("storage:Queue", "q", queueName="orders", **INSIDE)
    await subscription.plan()
    await subscription.site()
    before = subscription.store.all()
    subscription.azure.storage.accounts.clear()
    subscription.azure.sites.specs.clear()

    failures = await Resources(subscription.store, subscription.azure).replay()

    assert failures == ()
    assert list(subscription.azure.storage.accounts["data"]["queues"]) == ["orders"]
    assert list(subscription.azure.sites.specs) == ["shop"]
    assert subscription.store.all() == before


async def test_a_restart_goes_on_after_a_failure_and_tells_it(subscription, monkeypatch):
    await subscription.group()
    await subscription.account()
    await subscription.plan()
    await subscription.site()
    subscription.azure.sites.specs.clear()

    async def broken(name: str, *, shared_key: bool = True) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(subscription.azure.storage, "put_account", broken)

    assert await subscription.resources.replay() == (f"{ACCOUNT}: disk full",)
    assert list(subscription.azure.sites.specs) == ["shop"]


async def test_what_could_not_be_put_back_is_tried_again_when_asked(subscription, monkeypatch):
    await subscription.group()
    await subscription.account()

    async def broken(name: str, *, shared_key: bool = True) -> None:
        raise StartError("port 1 (blob): in use")

    with monkeypatch.context() as while_taken:
        while_taken.setattr(subscription.azure.storage, "put_account", broken)
        await subscription.resources.replay()
        assert await subscription.resources.restore() == ("port 1 (blob): in use",)

    assert await subscription.resources.restore() == ()
    assert subscription.resources.problems == ()
    assert subscription.resources.count() == 2
