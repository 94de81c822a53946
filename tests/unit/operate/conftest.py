"""A stack that runs: a manifest value and a small Azure on loopback."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oneplan.manifest import App, Job, Manifest, Plan, Queue, Runtime, Trigger
from oneplan.operate import Connection, Plane
from oneplan.operate.credentials import LocalCredential
from oneplan.operate.http import Http
from oneplan.operate.testing import SUBSCRIPTION, FakeAzure, FakeRun, FakeSite, continuous, triggered

NOW = datetime(2026, 11, 24, 5, 10, tzinfo=UTC)


@pytest.fixture
def azure() -> Iterator[FakeAzure]:
    with FakeAzure(token="secret") as running:
        yield running


@pytest.fixture
def worker(azure: FakeAzure) -> FakeSite:
    runs = [FakeRun("202611240500000000", log="one\ntwo\n")]
    jobs = [
        continuous("thumbnails", log="waiting\n"),
        triggered("stock-sync", schedule="0 */15 * * * *", runs=runs),
        triggered("catalogue-reindex"),
    ]
    return azure.add_site("worker", "tempus-dev-worker-abcde", jobs)


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    runtime = Runtime("python", "3.13")
    apps = {
        "storefront": App("storefront", "web", runtime, health="/healthz"),
        "worker": App("worker", "worker", runtime),
    }
    jobs = {
        "stock-sync": Job("stock-sync", tmp_path, "worker", Trigger("schedule", "0 */15 * * * *")),
        "daily-summary": Job("daily-summary", tmp_path, "worker", Trigger("schedule", "0 0 6 * * *")),
    }
    return Manifest(
        root=tmp_path,
        stack="dev",
        target="local",
        name="tempus",
        location="switzerlandnorth",
        time_zone="Europe/Zurich",
        plan=Plan("linux", "B2"),
        apps=apps,
        jobs=jobs,
        queues={"thumbnails": Queue("thumbnails")},
    )


@pytest.fixture
def plane(azure: FakeAzure, manifest: Manifest, tmp_path: Path) -> Iterator[Plane]:
    token_file = tmp_path / "token"
    token_file.write_text("secret\n")
    http = Http()
    credential = LocalCredential(http, token_file, f"{azure.url}/msi/token")
    connection = Connection(http, credential, azure.url, "http", SUBSCRIPTION)
    connected = Plane(manifest, connection, now=lambda: NOW)
    yield connected
    connected.close()


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.while_asleep: list[Callable[[], None]] = []
        """What happens during the first, second, … sleep."""

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds).total_seconds()
        if self.while_asleep:
            self.while_asleep.pop(0)()


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()
