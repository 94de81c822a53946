"""The local Azure as a program: started, asked, stopped, killed, started again."""

import asyncio
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from emulator.constants import SUBSCRIPTION_ID
from emulator.store import Record, Store

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0


class Program:
    """One daemon process and its state folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.process: subprocess.Popen[str] | None = None

    def launch(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "emulator", "serve", "--root", str(self.root)]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def start(self) -> dict[str, Any]:
        self.process = self.launch()
        ends = time.monotonic() + START_SECONDS
        while not (self.root / "daemon.json").exists():
            if self.process.poll() is not None:
                raise AssertionError(self.process.stderr.read() if self.process.stderr else "")
            assert time.monotonic() < ends, "not ready in time"
            time.sleep(0.02)
        return self.facts()

    def facts(self) -> dict[str, Any]:
        return json.loads((self.root / "daemon.json").read_text())

    def end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path / ".oneplan")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGKILL)


async def answer(method: str, url: str, **options: Any) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, url, **options) as response:
        return response.status, await response.json(content_type=None)


def remember_a_site(root: Path) -> None:
    """A state folder in which a plan and a site exist, as after `pulumi up`."""
    root.mkdir()
    group = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg"
    plan, site = f"{group}/providers/Microsoft.Web/serverfarms/plan", f"{group}/providers/Microsoft.Web/sites/shop"
    config = {"linuxFxVersion": "PYTHON|3.13", "appCommandLine": "python -m http.server $PORT --bind 0.0.0.0"}
    inputs = {
        "resourceGroupName": "rg",
        "name": "shop",
        "location": "local",
        "serverFarmId": plan,
        "siteConfig": config,
    }
    store = Store(root / "state.db")
    store.put(Record(group, "azure-native:resources:ResourceGroup", "urn:1", {"resourceGroupName": "rg"}))
    store.put(Record(plan, "azure-native:web:AppServicePlan", "urn:2", {}, {"sku": {"name": "B1"}}))
    store.put(Record(site, "azure-native:web:WebApp", "urn:3", inputs))
    store.close()


def package(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "took too long"
        await asyncio.sleep(0.02)


async def test_it_says_where_it_is_and_ends_cleanly_on_sigterm(program: Program) -> None:
    facts = program.start()

    status, health = await answer("GET", f"{facts['control_url']}/health")
    assert program.process is not None
    assert program.process.stdout is not None
    line = program.process.stdout.readline()
    code = program.end(signal.SIGTERM)

    assert (status, health["status"], health["problems"]) == (200, "ready", [])
    assert line.startswith("local Azure ready in ")
    assert (code, (program.root / "daemon.json").exists()) == (0, False)
    assert not listens(facts["provider_port"])
    assert (program.root.stat().st_mode & 0o777, (program.root / "token").stat().st_mode & 0o777) == (0o700, 0o600)
    ports = json.loads((program.root / "ports.json").read_text())
    assert [name for name, port in ports.items() if listens(port)] == []


async def test_shutdown_needs_the_token_and_the_right_host(program: Program) -> None:
    facts = program.start()
    url, token = f"{facts['control_url']}/shutdown", (program.root / "token").read_text()

    assert (await answer("POST", url))[0] == 401
    assert (await answer("POST", url, headers={"Authorization": f"Bearer {token}", "Host": "evil.example"}))[0] == 421
    status, _ = await answer("POST", url, headers={"Authorization": f"Bearer {token}"})

    assert status == 202
    assert program.process is not None
    assert program.process.wait(30) == 0


async def test_a_second_start_names_the_first(program: Program) -> None:
    facts = program.start()

    second = program.launch()
    output, error = second.communicate(timeout=120)

    assert (second.returncode, output) == (1, "")
    assert error == (
        f"{program.root}: the local Azure already runs here (pid {facts['pid']}); "
        "use it, or stop it with `oneplan local stop`\n"
    )
    assert program.facts() == facts


async def test_after_a_kill_it_starts_again_on_the_same_ports(program: Program) -> None:
    first = program.start()
    program.end(signal.SIGKILL)
    assert (program.root / "daemon.json").exists()
    (program.root / "daemon.json").unlink()

    second = program.start()

    assert {**second, "pid": 0, "started": ""} == {**first, "pid": 0, "started": ""}


def test_a_port_somebody_else_has_is_one_clear_line(program: Program) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        program.root.mkdir()
        (program.root / "ports.json").write_text(json.dumps({"control": port}))

        process = program.launch()
        _, error = process.communicate(timeout=120)

    assert process.returncode == 1
    assert error.startswith(f"port {port} (control): in use by ")
    assert error.count("\n") == 1


def test_a_state_folder_that_is_a_file_is_one_clear_line(program: Program) -> None:
    program.root.write_text("")

    process = program.launch()
    _, error = process.communicate(timeout=120)

    assert process.returncode == 1
    assert error == f"{program.root}: cannot be written (File exists); choose another folder with --root\n"


def test_a_stop_while_it_starts_leaves_nothing(program: Program) -> None:
    program.process = program.launch()
    ends = time.monotonic() + START_SECONDS
    while not (program.root / "ports.json").exists():
        assert time.monotonic() < ends
        time.sleep(0.005)

    code = program.end(signal.SIGTERM)

    assert code == 0
    assert not (program.root / "daemon.json").exists()
    ports = json.loads((program.root / "ports.json").read_text())
    assert [name for name, port in ports.items() if listens(port)] == []
    assert not os.listdir(program.root / "sites") if (program.root / "sites").exists() else True


async def test_a_killed_daemon_takes_its_sites_along_and_brings_them_back(program: Program) -> None:
    remember_a_site(program.root)
    program.start()
    ports = json.loads((program.root / "ports.json").read_text())
    url, scm = (f"http://127.0.0.1:{ports[name]}" for name in ("site:shop", "scm:shop"))
    token = {"Authorization": f"Bearer {(program.root / 'token').read_text()}"}
    status, _ = await answer("POST", f"{scm}/api/publish?type=zip", data=package(greeting='"hello"'), headers=token)
    assert status == 200
    assert await answer("GET", f"{url}/greeting") == (200, "hello")
    _, state = await answer("GET", f"{scm}/api/oneplan/state")

    program.end(signal.SIGKILL)

    await until(lambda: not Path(f"/proc/{state['pid']}").exists())
    (program.root / "daemon.json").unlink()
    program.start()
    assert await answer("GET", f"{url}/greeting") == (200, "hello")
    assert program.end(signal.SIGTERM) == 0
    assert [name for name, port in ports.items() if listens(port)] == []
