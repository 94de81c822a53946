"""A provider over in-memory services, and a gRPC client that speaks to it as the engine does."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc.aio
import pytest

from emulator.provider import serve
from emulator.provider._stubs import provider_pb2, provider_pb2_grpc
from emulator.provider.codec import dump, load
from emulator.provider.facts import Facts
from emulator.resources import Azure, Resources
from emulator.resources.fakes import fake_azure
from emulator.store import Store

STACK = "urn:pulumi:dev::oneplan"


@pytest.fixture(scope="session")
def facts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache folder with what the installed SDK says."""
    from emulator.provider.facts import extract_name

    folder = tmp_path_factory.mktemp("facts")
    target = folder / extract_name()
    subprocess.run([sys.executable, "-m", "emulator.provider.extract", str(target)], check=True)
    return folder


@pytest.fixture(scope="session")
def facts(facts_folder: Path) -> Facts:
    return Facts.parse(next(facts_folder.glob("*.json")).read_text())


@dataclass
class Engine:
    """The engine's side of the protocol, in short words."""

    stub: Any
    azure: Azure
    resources: Resources

    @staticmethod
    def urn(token: str, name: str) -> str:
        return f"{STACK}::oneplan:index:WebApp$azure-native:{token}::{name}"

    async def check(self, token: str, name: str, news: dict, olds: dict | None = None, **more: Any) -> Any:
        seed = more.pop("seed", b"seed")
        return await self.stub.Check(
            provider_pb2.CheckRequest(
                urn=self.urn(token, name), news=dump(news), olds=dump(olds or {}), randomSeed=seed, **more
            )
        )

    async def checked(self, token: str, name: str, news: dict, olds: dict | None = None) -> dict[str, Any]:
        answer = await self.check(token, name, news, olds)
        assert not answer.failures, answer.failures
        return load(answer.inputs)

    async def failures(self, token: str, news: dict) -> list[tuple[str, str]]:
        answer = await self.check(token, "x", news)
        # What is nested, or not there at all, is named in the reason.
        return [
            (failure.property, failure.reason) if failure.property else tuple(failure.reason.split(": ", 1))
            for failure in answer.failures
        ]

    async def create(self, token: str, name: str, news: dict, *, preview: bool = False) -> tuple[str, dict]:
        inputs = await self.checked(token, name, news)
        answer = await self.stub.Create(
            provider_pb2.CreateRequest(urn=self.urn(token, name), properties=dump(inputs), preview=preview)
        )
        return answer.id, load(answer.properties)

    async def update(
        self, token: str, name: str, id: str, news: dict, olds: dict | None = None, *, preview: bool = False
    ) -> dict[str, Any]:
        answer = await self.stub.Update(
            provider_pb2.UpdateRequest(
                urn=self.urn(token, name), id=id, news=dump(news), olds=dump(olds or {}), preview=preview
            )
        )
        return load(answer.properties)

    async def diff(self, token: str, old_inputs: dict, news: dict, ignore: tuple[str, ...] = ()) -> Any:
        return await self.stub.Diff(
            provider_pb2.DiffRequest(
                urn=self.urn(token, "x"), old_inputs=dump(old_inputs), news=dump(news), ignoreChanges=ignore
            )
        )

    async def read(self, token: str, id: str, inputs: dict | None = None) -> Any:
        return await self.stub.Read(
            provider_pb2.ReadRequest(urn=self.urn(token, "x"), id=id, inputs=dump(inputs or {}))
        )

    async def delete(self, token: str, id: str) -> None:
        await self.stub.Delete(provider_pb2.DeleteRequest(urn=self.urn(token, "x"), id=id))

    async def invoke(self, token: str, arguments: dict) -> dict[str, Any]:
        answer = await self.stub.Invoke(provider_pb2.InvokeRequest(tok=f"azure-native:{token}", args=dump(arguments)))
        return load(getattr(answer, "return"))

    async def group(self) -> str:
        """Makes the resource group `shop-rg`."""
        made, _ = await self.create(
            "resources:ResourceGroup", "rg", {"resourceGroupName": "shop-rg", "location": "switzerlandnorth"}
        )
        return made

    async def account(self, name: str = "shopdata", **more: Any) -> str:
        """Makes a storage account in that group."""
        made, _ = await self.create(
            "storage:StorageAccount",
            name,
            {
                "resourceGroupName": "shop-rg",
                "accountName": name,
                "kind": "StorageV2",
                "sku": {"name": "Standard_LRS"},
                **more,
            },
        )
        return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def engine(tmp_path: Path, facts_folder: Path) -> AsyncIterator[Engine]:
    azure = fake_azure()
    store = Store(tmp_path / "project" / ".oneplan" / "state.db")
    resources = Resources(store, azure)
    port = free_port()
    server = await serve(port, resources, cache=facts_folder)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(provider_pb2_grpc.ResourceProviderStub(channel), azure, resources)
    await server.stop(None)
    await asyncio.sleep(0)
    store.close()
