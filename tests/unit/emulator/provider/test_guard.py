"""How failures and vanished clients are treated."""

from __future__ import annotations

import asyncio

import grpc
import pytest

from emulator.errors import EmulatorError
from emulator.provider._stubs import provider_pb2
from emulator.provider.codec import dump
from emulator.provider.guard import explain
from emulator.resources import AlreadyExistsError, UnknownTypeError
from emulator.resources.errors import bad_request, conflict, not_found
from emulator.store import StoreError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AlreadyExistsError("/x"), grpc.StatusCode.ALREADY_EXISTS),
        (not_found("gone"), grpc.StatusCode.NOT_FOUND),
        (bad_request("bad"), grpc.StatusCode.INVALID_ARGUMENT),
        (conflict("busy"), grpc.StatusCode.FAILED_PRECONDITION),
        (UnknownTypeError("what"), grpc.StatusCode.INVALID_ARGUMENT),
        (EmulatorError("x: y; z"), grpc.StatusCode.FAILED_PRECONDITION),
        (StoreError("disk full"), grpc.StatusCode.FAILED_PRECONDITION),
        (OSError(28, "No space left on device"), grpc.StatusCode.FAILED_PRECONDITION),
    ],
)
def test_a_foreseen_error_keeps_its_text(error, code):
    assert explain(error, "Create") == (code, str(error))


async def test_work_whose_client_went_away_is_finished(engine, monkeypatch):
    await engine.group()
    begun, may_end = asyncio.Event(), asyncio.Event()
    put_account = engine.azure.storage.put_account

    async def slow(name: str, *, shared_key: bool = True) -> None:
        begun.set()
        await may_end.wait()
        await put_account(name, shared_key=shared_key)

    monkeypatch.setattr(engine.azure.storage, "put_account", slow)
    inputs = {"resourceGroupName": "shop-rg", "accountName": "shopdata", "kind": "StorageV2"}
    inputs |= {"sku": {"name": "Standard_LRS"}}
    call = engine.stub.Create(
        provider_pb2.CreateRequest(urn=engine.urn("storage:StorageAccount", "shopdata"), properties=dump(inputs))
    )

    await begun.wait()
    call.cancel()
    may_end.set()
    made = await engine.account()  # the next `up` asks again and finds it

    assert engine.resources.store.get(made) is not None
    assert len(engine.resources.store.all()) == 2
