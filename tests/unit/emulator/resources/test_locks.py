"""Locks: nothing under one is deleted, and what is only to be read is not changed either."""

import pytest

from emulator.resources import AzureError

GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"


async def lock(subscription, scope, level="CanNotDelete", name="keep"):
    return await subscription.create(
        "authorization:ManagementLockByScope", name, scope=scope, lockName=name, level=level
    )


async def queue(subscription):
    return await subscription.create(
        "storage:Queue", "orders", resourceGroupName="rg", accountName="data", queueName="orders"
    )


@pytest.fixture
async def account(subscription):
    await subscription.group()
    return await subscription.account()


async def test_what_is_locked_and_what_is_in_it_and_around_it_cannot_be_deleted(subscription, account):
    orders = await queue(subscription)
    await lock(subscription, account.id)

    for record in (account, orders, subscription.store.get(GROUP)):
        with pytest.raises(AzureError) as caught:
            await subscription.delete(record)
        assert str(caught.value) == (
            f'Status=409 Code="ScopeLocked" Message="The scope \'{record.id}\' cannot perform delete operation because '
            f"following scope(s) are locked: '{account.id}'. Please remove the lock and try again.\""
        )
    assert orders.id in {record.id for record in subscription.store.all()}


async def test_a_lock_against_deletion_lets_changes_pass_and_one_for_reading_does_not(subscription, account):
    keep = await lock(subscription, account.id)
    inputs = {**account.inputs, "tags": {"a": "b"}}
    await subscription.resources.update(account.token, account.id, account.urn, inputs)
    await subscription.delete(keep)
    await lock(subscription, account.id, "ReadOnly")

    with pytest.raises(AzureError, match="cannot perform write operation"):
        await subscription.resources.update(account.token, account.id, account.urn, account.inputs)
    with pytest.raises(AzureError, match="cannot perform write operation"):
        await queue(subscription)


async def test_with_its_lock_gone_it_can_be_deleted(subscription, account):
    keep = await lock(subscription, account.id)

    await subscription.delete(keep)
    await subscription.delete(account)

    assert subscription.ids() == [""]


async def test_only_what_is_there_can_be_locked(subscription, account):
    with pytest.raises(AzureError, match="cannot be locked"):
        await lock(subscription, f"{account.id}2")
