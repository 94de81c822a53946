"""What the local provider costs a resource: check and create of queues, beside an empty call to the same server.

The services behind it are in memory; what is measured is the protocol, the check against the SDK's facts and the state.
"""

import asyncio
import socket
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc.aio
from google.protobuf import empty_pb2

from benchmarks.measure import Comparison
from emulator.provider import serve
from emulator.provider._stubs import provider_pb2, provider_pb2_grpc
from emulator.provider.codec import dump
from emulator.resources import Resources
from emulator.resources.fakes import fake_azure
from emulator.store import Store

QUEUES = 200
IN_ACCOUNT = {"resourceGroupName": "shop-rg", "accountName": "shopdata"}
STACK = "urn:pulumi:dev::oneplan::oneplan:index:WebApp$azure-native"
GROUP = {"resourceGroupName": "shop-rg", "location": "switzerlandnorth"}
ACCOUNT = {
    "resourceGroupName": "shop-rg",
    "accountName": "shopdata",
    "kind": "StorageV2",
    "sku": {"name": "Standard_LRS"},
}


def check_and_create() -> Comparison:
    """Returns the medians of one resource's check and create, and of one empty call."""
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = asyncio.run(_measure(Path(folder)))
    return Comparison("provider: check and create of a queue", "an empty call", ours, peer)


async def _measure(folder: Path) -> tuple[float, float]:
    store = Store(folder / ".oneplan" / "state.db")
    port = _free_port()
    server = await serve(port, Resources(store, fake_azure()), cache=folder)
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            await _create(stub, "resources:ResourceGroup", "rg", GROUP)
            await _create(stub, "storage:StorageAccount", "data", ACCOUNT)

            def queue(number: int) -> Awaitable[None]:
                return _create(stub, "storage:Queue", f"queue-{number}", {**IN_ACCOUNT, "queueName": f"q-{number}"})

            return await _median(queue), await _median(lambda _: stub.GetPluginInfo(empty_pb2.Empty()))
    finally:
        await server.stop(None)
        store.close()


async def _create(stub: Any, token: str, name: str, news: dict[str, Any]) -> None:
    urn = f"{STACK}:{token}::{name}"
    checked = await stub.Check(provider_pb2.CheckRequest(urn=urn, news=dump(news), olds=dump({}), randomSeed=b"seed"))
    if checked.failures:
        raise SystemExit(f"{token}: {checked.failures}")
    await stub.Create(provider_pb2.CreateRequest(urn=urn, properties=checked.inputs))


async def _median(call: Callable[[int], Awaitable[object]]) -> float:
    taken = []
    for number in range(QUEUES):
        started = time.perf_counter()
        await call(number)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    print(check_and_create(), "(limit 3 ms)")
