"""A job that was changed is run as changed, however soon after the last deployment.

Kudu copies a file, and a job's working copy is made anew, only where times differ, and times in a zip count in steps
of two seconds: so what `oneplan.packaging` writes has times that follow the content.
"""

import io
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from oneplan.packaging.archive import Member, write_zip

pytestmark = pytest.mark.integration
PATIENCE_SECONDS = 120.0
Ask = Callable[..., Any]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Asks a served, empty home; the body of a 2xx answer as text."""
    (tmp_path / "home").mkdir()
    command = [sys.executable, "-m", "emulator", "webjobs", "serve", str(tmp_path / "home")]
    folder = Path(__file__).parents[2]
    with subprocess.Popen(
        [*command, f"--temp={tmp_path / 'temp'}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
    ) as server:
        ready = json.loads(server.stdout.readline())

        def request(method: str, path: str, body: bytes | None = None) -> str:
            headers = {"Authorization": f"Bearer {ready['token']}", "Content-Type": "application/zip"}
            wanted = urllib.request.Request(ready["url"] + path, body, headers, method=method)
            with urllib.request.urlopen(wanted, timeout=PATIENCE_SECONDS) as answer:
                return answer.read().decode()

        yield request
        server.terminate()


def package(script: bytes) -> bytes:
    """A site's package with one job."""
    out = io.BytesIO()
    name = "App_Data/jobs/triggered/hello/run.sh"
    write_zip(out, [Member(name, 0o755, sha256(script).digest(), len(script), script)], None)
    return out.getvalue()


def output(ask: Ask) -> str:
    """What a new run of the job prints."""
    ask("POST", "/api/triggeredwebjobs/hello/run")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (run := json.loads(ask("GET", "/api/triggeredwebjobs/hello/history"))["runs"][0])["end_time"] < "1":
        assert time.monotonic() < deadline, run
        time.sleep(0.02)
    text = ask("GET", f"/api/vfs/data/jobs/triggered/hello/{run['id']}/output_log.txt")
    return next(line.rpartition(": INFO] ")[2] for line in text.splitlines() if ": INFO] " in line)


@pytest.mark.parametrize("way", ["/api/publish?type=zip", "/api/zipdeploy"])
def test_deployments_one_upon_the_other_each_run_their_own_script(ask: Ask, way: str) -> None:
    seen = []
    for text in ("one", "two", "six", "ten"):
        ask("POST", way, package(f"echo {text}\n".encode()))
        seen.append(output(ask))

    assert seen == ["one", "two", "six", "ten"]
