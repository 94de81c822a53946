"""JobHost tells an Application Insights without keys, with the token of the site's identity from the real endpoint."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from aiohttp import web

from emulator.identity import Identity, IdentityService, routes
from jobhost import JobHost, Poison
from jobhost.testing import ManualClock, MemoryBlobs, MemoryQueue

pytestmark = pytest.mark.integration

KEY = "00000000-0000-4000-8000-00000000abcd"
SHOP = Identity("/subscriptions/s/shop", "shop-client", "shop-principal")


class Azure:
    """An identity endpoint, and an ingestion endpoint that takes its tokens alone."""

    def __init__(self) -> None:
        self.items: list[dict] = []
        self.refused = 0
        self.identity = IdentityService("", admin_token="admin")
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.port = self._do(self._start())

    async def _start(self) -> int:
        app = web.Application()
        app.add_routes([*routes(self.identity), web.post("/v2.1/track", self._track)])
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        return site._server.sockets[0].getsockname()[1]

    async def _track(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        claims = self.identity.verify(token, "https://monitor.azure.com")
        if claims is None or claims.client_id != "shop-client":
            self.refused += 1
            return web.Response(status=401)
        items = await request.json()
        self.items += items
        return web.json_response({"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []})

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def environment(self, **more: str) -> dict[str, str]:
        grant = self.identity.assign("/sites/shop", [SHOP])
        return {
            "AzureWebJobsStorage": "memory",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": (
                f"InstrumentationKey={KEY};IngestionEndpoint=http://127.0.0.1:{self.port}/"
            ),
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{self.port}/msi/token",
            "IDENTITY_HEADER": grant.header,
            **more,
        }

    def close(self) -> None:
        self._do(self.runner.cleanup())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def azure() -> Iterator[Azure]:
    made = Azure()
    yield made
    made.close()


class Memory:
    """Queues in memory."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.queues = {name: MemoryQueue(name, clock) for name in ("work", "work-poison")}
        self.queue = self.queues.__getitem__

    def blobs(self) -> MemoryBlobs:
        return MemoryBlobs(ManualClock())


def ran(environment: dict[str, str]) -> int:
    """The exit code of a host that poisoned one message."""
    host = JobHost(environment=environment, storage=Memory(), max_poll=0.1, grace=5)

    @host.queue("work", encoding="text")
    def work(payload: dict) -> None:
        host.stop()
        raise Poison("no such customer")

    host.send("work", {"secret": "s3cret"}, encoding="text")
    return host.run()


def test_execution_and_poison_arrive_with_a_token_where_keys_are_switched_off(azure: Azure, capfd):
    code = ran(azure.environment(APPLICATIONINSIGHTS_AUTHENTICATION_STRING="Authorization=AAD;ClientId=shop-client"))

    request, poison = (item["data"]["baseData"] for item in azure.items)
    assert (code, azure.refused) == (0, 0)
    assert (request["name"], request["responseCode"], request["success"]) == ("work", "poisoned", False)
    assert (poison["name"], poison["properties"]["error"]) == ("wj.poison", "no such customer")
    said = "".join(capfd.readouterr())
    assert "s3cret" not in said + str(azure.items)
    assert azure.environment()["IDENTITY_HEADER"] not in said


@pytest.mark.parametrize("identity", ["Authorization=AAD;ClientId=somebody-else", "Authorization=AAD"])
def test_identity_that_is_not_there_costs_the_job_nothing(azure: Azure, identity: str, capfd):
    began = time.monotonic()

    code = ran(azure.environment(APPLICATIONINSIGHTS_AUTHENTICATION_STRING=identity))

    assert (code, azure.items, azure.refused) == (0, [], 1)
    assert '"event": "insights-failed", "status": 401' in capfd.readouterr().out
    assert time.monotonic() - began < 30
