"""Sites as real processes behind their front end."""

import asyncio
import io
import itertools
import os
import signal
import sys
import time
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from emulator import tls
from emulator.appservice import DeployError, OneDeploy, Platform, SiteHost, SiteSpec, image
from emulator.appservice.console import utc_now
from emulator.appservice.deployment import Fetcher
from emulator.appservice.environment import Surroundings, instance_id
from emulator.appservice.jobs import engines
from emulator.appservice.lifecycle import Machine, Timings
from emulator.appservice.process import GroupLauncher
from emulator.appservice.reaper import Reaper
from emulator.identity import Identity, IdentityService
from emulator.ports import Ports
from emulator.webjobs import SystemLauncher

pytestmark = pytest.mark.integration

TOKEN = "t0ken"
_PACKAGES = itertools.count()
SERVER = """
import http.server, json, os

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = json.dumps({"path": self.path, "env": dict(os.environ), "headers": dict(self.headers)}).encode()
        self.answer(body)
    def do_POST(self):
        size = 0
        if self.headers.get("Transfer-Encoding") == "chunked":
            while n := int(self.rfile.readline(), 16):
                self.rfile.read(n); self.rfile.readline(); size += n
            self.rfile.readline()
        else:
            size = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(str(size).encode())
    def answer(self, body):
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *a): pass

print("started", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def package(**files: str) -> bytes:
    """A zip whose entries are newer than those of every package before it: Kudu copies by time, in steps of 2 s."""
    date = (2026, 1, 1, *divmod(next(_PACKAGES), 60), 0)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            path = name.replace("__", "/").replace("_py", ".py").replace("_sh", ".sh")
            archive.writestr(zipfile.ZipInfo(path, date), text)
    return content.getvalue()


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[SiteHost]:
    root = tmp_path / "state"
    certificate = tls.ensure(root / "tls", utc_now())
    reaper, jobs = Reaper(), SystemLauncher()
    platform = Platform(
        sites=root / "sites",
        ports=Ports(root / "ports.json"),
        identity=IdentityService("http://127.0.0.1:1/msi/token", admin_token=TOKEN),
        around=Surroundings(
            subscription_id="sub",
            instance_id=instance_id(root),
            image_bin=image.build(root / "image", image.default_python()),
            ca_bundle=certificate.bundle,
            inherited={"LANG": "C.UTF-8", "SECRET_OF_THE_DAEMON": "x", "HTTPS_PROXY": "http://nowhere"},
        ),
        machine=Machine(GroupLauncher(reaper), timings=Timings(block_seconds=30)),
        fetch=Fetcher(certificate.bundle),
        engines=engines(jobs, instance_id(root)),
        token=TOKEN,
    )
    host = SiteHost(platform)
    await host.start()
    yield host
    await host.stop()
    await jobs.close()
    reaper.close()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def spec(**changes: object) -> SiteSpec:
    values: dict[str, object] = {
        "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/shop",
        "name": "shop",
        "resource_group": "rg",
        "location": "Switzerland North",
        "runtime": "PYTHON|3.13",
        "command": "python server.py",
        "settings": {"GREETING": "hello", "PYTHONPATH": "/home/site/wwwroot/lib"},
        "identities": (Identity("/id", "client", "principal"),),
    }
    return SiteSpec(**{**values, **changes})  # type: ignore[arg-type]


async def deployed(sites: SiteHost, content: bytes, folder: Path, site: SiteSpec | None = None) -> str:
    """Applies the site, deploys the package; returns its address."""
    addresses = await sites.apply(site or spec())
    file = folder / "package.zip"
    file.write_bytes(content)
    await sites.deploy("shop", OneDeploy(), file)
    return f"http://{addresses.host}"


async def until(condition: object, seconds: float = 5.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends, "took too long"
        await asyncio.sleep(0.02)


async def test_a_new_site_answers_the_default_page_until_something_is_deployed(sites: SiteHost) -> None:
    addresses = await sites.apply(spec())

    async with aiohttp.ClientSession() as session, session.get(f"http://{addresses.host}/") as response:
        assert (response.status, "shop is running" in await response.text()) == (200, True)


async def test_the_app_sees_app_services_environment_and_nothing_of_the_daemons(
    sites: SiteHost, tmp_path: Path
) -> None:
    url = await deployed(sites, package(server_py=SERVER), tmp_path)

    began = time.perf_counter()
    async with aiohttp.ClientSession() as session, session.get(f"{url}/a%2Fb?q=1%202") as response:
        answer = await response.json(content_type=None)
    assert time.perf_counter() - began < 3
    env, home = answer["env"], sites.site("shop").home.home
    assert answer["path"] == "/a%2Fb?q=1%202"
    assert answer["headers"]["X-Forwarded-Proto"] == "http"
    assert (env["GREETING"], env["APPSETTING_GREETING"]) == ("hello", "hello")
    assert env["PYTHONPATH"] == f"{home}/site/wwwroot/lib"
    assert env["HOME"] == str(home)
    assert len(env["WEBSITE_INSTANCE_ID"]) == 64
    assert env["WEBSITE_OWNER_NAME"] == "sub+rg-switzerlandnorthwebspace"
    assert {"SECRET_OF_THE_DAEMON", "HTTPS_PROXY"}.isdisjoint(env)


async def test_a_large_upload_streams_through(sites: SiteHost, tmp_path: Path) -> None:
    url = await deployed(sites, package(server_py=SERVER), tmp_path)
    size = 20 * 1024 * 1024

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * (1024 * 1024)

    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=b"y" * size) as response:
            assert await response.text() == str(size)
        async with session.post(url, data=chunks()) as response:
            assert await response.text() == str(size)


async def test_an_app_that_dies_is_started_again(sites: SiteHost, tmp_path: Path) -> None:
    await deployed(sites, package(server_py=SERVER), tmp_path)
    supervisor = sites.site("shop").supervisor
    await supervisor.wait_settled(5)
    first = supervisor.condition.pid
    assert first is not None

    os.killpg(first, signal.SIGKILL)

    await until(lambda: sites.state("shop") == "Running" and supervisor.condition.pid not in (None, first))
    assert supervisor.condition.last_exit == -9
    assert supervisor.condition.restarts == 1


async def test_an_app_that_dies_at_start_is_blocked_and_says_why(sites: SiteHost, tmp_path: Path) -> None:
    url = await deployed(sites, package(server_py="print('no database'); raise SystemExit(7)"), tmp_path)

    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            page = await response.text()
            assert response.status == 503
        async with session.get(f"http://{sites.site('shop').addresses.scm_host}/api/oneplan/state") as response:
            state = await response.json(content_type=None)
    assert "exited with code 7 before it answered" in page
    assert "no database" in page
    assert (state["state"], state["last_exit"], state["log_tail"]) == ("Blocked", 7, ["no database"] * 3)
    logs = "".join(file.read_text() for file in sites.site("shop").home.logs.glob("*_docker.log"))
    assert "is blocked for 30 s" in logs


async def test_a_deployment_ends_the_block(sites: SiteHost, tmp_path: Path) -> None:
    await deployed(sites, package(server_py="raise SystemExit(7)"), tmp_path)
    await until(lambda: sites.state("shop") == "Blocked")

    url = await deployed(sites, package(server_py=SERVER + "\n"), tmp_path)

    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200


async def test_changed_settings_restart_the_app_and_equal_ones_do_not(sites: SiteHost, tmp_path: Path) -> None:
    url = await deployed(sites, package(server_py=SERVER), tmp_path)
    supervisor = sites.site("shop").supervisor
    await supervisor.wait_settled(5)
    before = supervisor.condition.pid

    await sites.apply(spec(tags={"owner": "me"}))
    assert supervisor.condition.pid == before
    await sites.apply(spec(settings={"GREETING": "good day"}))

    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert (await response.json(content_type=None))["env"]["GREETING"] == "good day"


async def test_removing_a_site_leaves_no_process_port_or_file(sites: SiteHost, tmp_path: Path) -> None:
    url = await deployed(sites, package(server_py=SERVER), tmp_path)
    site = sites.site("shop")
    await site.supervisor.wait_settled(5)
    pid = site.supervisor.condition.pid
    assert pid is not None

    await sites.remove("shop")

    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)
    assert not site.home.folder.exists()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(url)


async def test_a_stopped_site_answers_403_and_starts_again(sites: SiteHost, tmp_path: Path) -> None:
    url = await deployed(sites, package(server_py=SERVER), tmp_path)

    await sites.apply(spec(enabled=False))
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            assert (response.status, "The site is stopped." in await response.text()) == (403, True)
        await sites.apply(spec())
        async with session.get(url) as response:
            assert response.status == 200


async def test_a_broken_package_changes_nothing(sites: SiteHost, tmp_path: Path) -> None:
    await deployed(sites, package(server_py=SERVER), tmp_path)
    bad = tmp_path / "bad.zip"
    bad.write_bytes(package(server_py="x" * 1000)[:200])

    with pytest.raises(DeployError, match="not a readable zip archive"):
        await sites.deploy("shop", OneDeploy(), bad)

    assert (sites.site("shop").home.wwwroot / "server.py").read_text() == SERVER
    newest = sites.site("shop").deployer.records.all()[0]
    assert int(newest.status) == 3


async def test_a_continuous_job_of_the_package_runs(sites: SiteHost, tmp_path: Path) -> None:
    content = package(
        server_py=SERVER, App_Data__jobs__continuous__tick__run_sh="echo $GREETING from $WEBJOBS_NAME; sleep 60"
    )

    await deployed(sites, content, tmp_path)

    log = sites.site("shop").home.jobs / "continuous" / "tick" / "job_log.txt"
    await until(lambda: log.is_file() and "hello from tick" in log.read_text())


async def test_killing_the_daemon_ends_the_apps_processes(tmp_path: Path) -> None:
    """The reaper sees the end of its pipe, whatever ended the daemon, and reaches grandchildren too."""
    script = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from emulator.appservice.process import GroupLauncher, Launch\n"
        "from emulator.appservice.reaper import Reaper\n"
        "async def main():\n"
        "    launcher = GroupLauncher(Reaper())\n"
        "    launch = Launch(('/bin/sh','-c','/bin/sleep 99 & echo $! > child; wait'), Path(sys.argv[1]), {})\n"
        "    await launcher.launch(launch, print)\n"
        "    await asyncio.sleep(300)\n"
        "asyncio.run(main())\n"
    )
    daemon = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(tmp_path))
    await until(lambda: (tmp_path / "child").is_file() and (tmp_path / "child").read_text().strip())
    child = int((tmp_path / "child").read_text())
    await asyncio.sleep(0.1)
    assert is_alive(child)

    daemon.kill()
    await daemon.wait()

    await until(
        lambda: not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]
    )
