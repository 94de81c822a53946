"""Shared fakes: a machine without processes, and packages made on the spot."""

from __future__ import annotations

import asyncio
import io
import itertools
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emulator.appservice import Platform, SiteHost, SiteSpec
from emulator.appservice.environment import Surroundings
from emulator.appservice.jobs import engines
from emulator.appservice.lifecycle import Machine, Timings
from emulator.appservice.process import Launch, Process
from emulator.identity import IdentityService
from emulator.ports import Ports
from emulator.webjobs import SystemLauncher

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class FakeProcess:
    """A process that ends when told to."""

    def __init__(self, pid: int, launch: Launch) -> None:
        self.pid, self.launch = pid, launch
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.graces: list[float] = []

    def end(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)

    async def wait(self) -> int:
        return await asyncio.shield(self.ended)

    async def stop(self, grace_seconds: float) -> int:
        self.graces.append(grace_seconds)
        self.end(-15)
        return await self.wait()


class FakeLauncher:
    """Starts fakes; `script` says what each does: an exit code ends it at once, None lets it run."""

    def __init__(self, *script: int | None) -> None:
        self.script = list(script)
        self.started: list[FakeProcess] = []
        self.error: OSError | None = None

    async def launch(self, launch: Launch, output: Callable[[bytes], None]) -> Process:
        if self.error is not None:
            raise self.error
        process = FakeProcess(100 + len(self.started), launch)
        self.started.append(process)
        code = self.script.pop(0) if self.script else None
        if code is not None:
            output(b"last words\n")
            process.end(code)
        return process


@pytest.fixture
def launcher() -> type[FakeLauncher]:
    return FakeLauncher


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that is a second later each time it is asked."""
    seconds = itertools.count()
    return lambda: NOW + timedelta(seconds=next(seconds))


@pytest.fixture
def make_package(tmp_path: Path) -> Callable[..., Path]:
    """Writes a zip of names and texts; every entry has the same time unless given."""
    count = 0

    def make(files: dict[str, str], *, date: tuple[int, int, int, int, int, int] = (2026, 1, 2, 3, 4, 6)) -> Path:
        nonlocal count
        count += 1
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                info = zipfile.ZipInfo(name, date)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, text)
        path = tmp_path / f"package{count}.zip"
        path.write_bytes(content.getvalue())
        return path

    return make


@pytest.fixture
def spec() -> SiteSpec:
    """A small Python site."""
    return SiteSpec(
        id="/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/shop",
        name="shop",
        resource_group="rg",
        runtime="PYTHON|3.13",
        command="serve",
        settings={"GREETING": "hello"},
    )


@pytest.fixture
async def host(tmp_path: Path, clock: Callable[[], datetime]) -> AsyncIterator[SiteHost]:
    """Real sites and servers around processes that are fakes, and a package source that is a folder."""

    async def fetch(uri: str, target: Path) -> int:
        content = (tmp_path / uri.rpartition("/")[2]).read_bytes()
        return target.write_bytes(content)

    async def probe(_port: int, _path: str) -> int | None:
        return 200

    jobs = SystemLauncher()
    around = Surroundings(
        subscription_id="sub",
        instance_id="ab" * 32,
        image_bin=tmp_path / "bin",
        ca_bundle=tmp_path / "bundle.pem",
        inherited={},
    )
    platform = Platform(
        sites=tmp_path / "sites",
        ports=Ports(tmp_path / "ports.json"),
        identity=IdentityService("http://127.0.0.1:1/msi/token", admin_token="t0ken"),
        around=around,
        machine=Machine(FakeLauncher(), probe=probe, timings=Timings(probe_seconds=0.001), clock=clock),
        fetch=fetch,
        engines=engines(jobs, "ab" * 32),
        token="t0ken",
        accepts=lambda bearer, site_id: bearer == f"may change {site_id}",
    )
    made = SiteHost(platform)
    yield made
    await made.stop()
    await jobs.close()
