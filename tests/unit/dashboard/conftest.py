"""A project in a folder, a small Azure on loopback in which it runs, and the dashboard of it."""

import json
import re
import textwrap
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from oneplan.dashboard.access import Access
from oneplan.dashboard.serve import application
from oneplan.manifest import Manifest, load
from oneplan.operate import Connection, Plane
from oneplan.operate.credentials import LocalCredential
from oneplan.operate.http import Http
from oneplan.operate.testing import SUBSCRIPTION, FakeAzure, FakeQueue, FakeRun, FakeSite, continuous, triggered

NOW = datetime(2026, 11, 24, 5, 10, tzinfo=UTC)
TOKEN = "the-token-of-this-run"
PROJECT = {
    "Pulumi.dev.yaml": "config:\n  oneplan:target: local\n",
    "oneplan.yaml": """\
        version: 1
        name: tempus
        location: switzerlandnorth
        time_zone: Europe/Zurich
        plan: {os: linux, sku: B2}
        apps:
          worker: {kind: worker, runtime: python:3.13, sends: [thumbnails], env: {LEVEL: debug}}
        queues: {thumbnails: {}}
        """,
    "jobs/reindex/job.yaml": """\
        app: worker
        trigger: {manual: true}
        command: python -m reindex
        arguments:
          - {name: brand, type: string, required: true}
          - {name: since, type: date}
          - {name: dry-run, type: bool, default: true}
        """,
    "jobs/reindex/reindex.py": "",
    "jobs/stock_sync/job.yaml": "app: worker\ntrigger: {every: 15m}\ncommand: python -m stock_sync\n",
    "jobs/stock_sync/stock_sync.py": "",
    "jobs/thumbnails/job.yaml": "app: worker\ntrigger: {queue: thumbnails}\ncommand: python -m thumbnails\n",
    "jobs/thumbnails/thumbnails.py": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in PROJECT.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return tmp_path


@pytest.fixture
def manifest(root: Path) -> Manifest:
    return load(root, "dev")


@pytest.fixture
def azure() -> Iterator[FakeAzure]:
    with FakeAzure(token="secret") as running:
        running.queues = {"thumbnails": 0, "thumbnails-poison": 0}
        running.messages = {"thumbnails": FakeQueue(), "thumbnails-poison": FakeQueue()}
        yield running


@pytest.fixture
def worker(azure: FakeAzure) -> FakeSite:
    """A site on which everything runs as declared."""
    jobs = [
        continuous("thumbnails", log="waiting\n"),
        triggered("stock-sync", schedule="0 */15 * * * *", runs=[FakeRun("202611240500000000", log="one\ntwo\n")]),
        triggered("reindex"),
    ]
    return azure.add_site("worker", "tempus-dev-worker-abcde", jobs)


@pytest.fixture
def plane(azure: FakeAzure, manifest: Manifest, tmp_path: Path) -> Iterator[Plane]:
    token_file = tmp_path / "token"
    token_file.write_text("secret\n")
    http = Http()
    credential = LocalCredential(http, token_file, f"{azure.url}/msi/token")
    connected = Plane(manifest, Connection(http, credential, azure.url, "http", SUBSCRIPTION), now=lambda: NOW)
    yield connected
    connected.close()


class Visitor:
    """A browser: keeps cookies, and knows the proof that the pages' forms carry."""

    def __init__(self, client: TestClient, access: Access) -> None:
        self.client = client
        self.access = access
        self.host = f"127.0.0.1:{client.port}"

    async def enter(self) -> None:
        await self.get(f"/?token={TOKEN}", allow_redirects=False)

    async def get(self, path: str, **options: Any) -> ClientResponse:
        return await self.client.get(path, **options)

    async def text(self, path: str, status: int = 200) -> str:
        answer = await self.get(path)
        text = await answer.text()
        assert answer.status == status, text
        return text

    async def post(self, path: str, /, *, proof: str | None = None, **fields: str) -> ClientResponse:
        data = {"proof": self.access.proof if proof is None else proof, **fields}
        return await self.client.post(path, data=data, allow_redirects=False)

    async def events(self, path: str | URL, count: int) -> list[tuple[str, Any]]:
        """The first events of a stream."""
        found: list[tuple[str, Any]] = []
        async with self.client.get(path) as answer:
            assert answer.status == 200, await answer.text()
            while len(found) < count:
                line = (await answer.content.readline()).decode()
                if line.startswith("event: "):
                    data = (await answer.content.readline()).decode().removeprefix("data: ")
                    found.append((line[7:].strip(), json.loads(data)))
        return found


@pytest.fixture
async def stranger(plane: Plane) -> AsyncIterator[Visitor]:
    """Somebody who knows the address and not the token."""
    access = Access(frozenset(), TOKEN)
    server = TestServer(application(plane, access, lambda: NOW), host="127.0.0.1")
    await server.start_server()
    access.answer_to(frozenset({f"127.0.0.1:{server.port}"}))
    client: TestClient = TestClient(server, cookie_jar=CookieJar(unsafe=True))
    yield Visitor(client, access)
    await client.close()


@pytest.fixture
async def visitor(stranger: Visitor) -> Visitor:
    """The person who was shown the address."""
    await stranger.enter()
    return stranger


def words(html: str) -> str:
    """What a page says, without its tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
