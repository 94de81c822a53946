"""A real `oneplan webjobs serve` and a client, as Kudu's functional tests see a site (kudu-test-facts, part F)."""

import contextlib
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

LIMIT_SECONDS = 180.0
QUICK = ("--watch-debounce=0.1", "--singleton-retry=0.1", "--restart-time=1", "--idle-limit=30")

JOB_SCRIPT = """\
echo "set _args=$1,$2"
echo "echo Verified!!!"
echo "Verified!!!" >> "$WEBROOT_PATH/../../LogFiles/verification.txt.$WEBSITE_INSTANCE_ID"
"""
"""Kudu's standard script: shows its two arguments, leaves one line, ends well."""

WORKER = """\
echo "{line}" >> "$WEBROOT_PATH/../../LogFiles/verification.txt.$WEBSITE_INSTANCE_ID"
while [ ! -e "$WEBJOBS_SHUTDOWN_FILE" ]; do sleep 0.05; done
"""
"""Kudu's console worker: leaves one line, then goes on until it is told to stop."""


class Served:
    """One home folder, the program that serves it, and its API."""

    def __init__(self, home: Path, temp: Path) -> None:
        self.home, self.temp = home, temp
        self.jobs = home / "site/wwwroot/App_Data/jobs"
        self.process: subprocess.Popen[str] | None = None
        self.url = self.token = ""

    def start(self, *options: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "oneplan", "webjobs", "serve", str(self.home), f"--temp={self.temp}"]
        self.process = subprocess.Popen(
            [*command, *QUICK, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        ready = json.loads(self.process.stdout.readline())
        self.url, self.token = ready["url"], ready["token"]

    def stop(self, number: int = signal.SIGTERM) -> int:
        process, self.process = self.process, None
        process.send_signal(number)
        process.stdout.close()
        return process.wait(LIMIT_SECONDS)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, dict]:
        address = path if path.startswith("http") else self.url + path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            address, body, {"Authorization": f"Bearer {self.token}", **named}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=LIMIT_SECONDS) as answer:
                return answer.status, answer.read().decode(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), dict(error.headers)

    def get(self, path: str):
        status, text, _ = self.ask("GET", path)
        assert status == 200, f"{path}: {status} {text}"
        return json.loads(text)

    def put(self, type: str, name: str, content: bytes | str, file_name: str) -> int:
        is_zip = isinstance(content, bytes)
        return self.ask(
            "PUT",
            f"/api/{type}webjobs/{name}",
            content if is_zip else content.encode(),
            Content_Type="application/zip" if is_zip else "application/octet-stream",
            Content_Disposition=f"attachment; filename*=UTF-8''{urllib.request.quote(file_name)}",
        )[0]

    def settings(self, type: str, name: str, values: dict | None = None):
        path = f"/api/{type}webjobs/{name}/settings"
        if values is not None:
            assert self.ask("PUT", path, json.dumps(values).encode())[0] == 200
        return self.get(path)

    def site_setting(self, **values: str) -> None:
        assert self.ask("POST", "/api/settings", json.dumps(values).encode())[0] == 204

    def deploy(self, files: dict[str, str]) -> None:
        assert self.ask("POST", "/api/zipdeploy", zipped(files), Content_Type="application/zip")[0] == 200

    def lines(self) -> list[str]:
        """The verification lines."""
        found = list((self.home / "LogFiles").glob("verification.txt.*"))
        return found[0].read_text().split("\n")[:-1] if found else []

    def only(self, type: str) -> dict:
        (job,) = self.get(f"/api/{type}webjobs")
        return job

    def has_status(self, status: str) -> bool:
        """Whether there is exactly one continuous job, in that status."""
        return [job["status"] for job in self.get("/api/continuouswebjobs")] == [status]

    def verify_triggers(self, job: str, runs: int, status: str, output: str | None, arguments: str | None = None):
        """Kudu's check of the same name; without output it does not start the run."""
        query = f"?arguments={urllib.request.quote(arguments)}" if arguments is not None else ""
        code, _, headers = self.ask("POST", f"/api/triggeredwebjobs/{job}/run{query}")
        assert code == 202
        assert "api/triggeredwebjobs" in headers["Location"]
        assert "history" in headers["Location"]
        return self.wait_for_runs(job, runs, status, output)

    def wait_for_runs(self, job: str, runs: int, status: str, output: str | None):
        def holds():
            history = self.get(f"/api/triggeredwebjobs/{job}/history")["runs"]
            return len(history) == runs and history[0]["status"] == status and history[0]["end_time"] > "1"

        until(holds)
        return self.assert_run(self.get(f"/api/triggeredwebjobs/{job}/history")["runs"][0], job, status, output)

    def assert_run(self, run: dict, job: str, status: str, output: str | None) -> str:
        assert (run["job_name"], run["status"]) == (job, status)
        assert all(run[key] for key in ("id", "duration", "start_time", "end_time", "url"))
        if output is None:
            assert run["output_url"] is None
            return ""
        _, text, _ = self.ask("GET", run["output_url"])
        assert output.lower() in text.lower()
        return text


def until(holds, limit: float = LIMIT_SECONDS) -> None:
    """Wait until it holds; an error on the way is looked at again, as Kudu's tests do."""
    deadline = time.monotonic() + limit
    while True:
        with contextlib.suppress(AssertionError, OSError, ValueError):
            if holds():
                return
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.03)


_builds = itertools.count()


def zipped(files: dict[str, str]) -> bytes:
    """A zip of a later build than the one before: its times count in steps of 2 s, and Kudu goes by them."""
    number, buffer = next(_builds), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, number % 60, 0)), content)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def _program():
    """One program for all scenarios, as Kudu's tests share one site."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = Served(Path(folder, "home"), Path(folder, "temp"))
        made.start()
        yield made
        if made.process is not None:
            made.stop(signal.SIGTERM)


@pytest.fixture
def site(_program):
    """The shared site, without jobs and with Kudu's settings, before and after."""
    _clean(_program)
    yield _program
    _clean(_program)


@pytest.fixture
def own_site(tmp_path):
    """A site of this test's own, not started."""
    made = Served(tmp_path / "home", tmp_path / "temp")
    yield made
    if made.process is not None:
        made.stop()


def _clean(site: Served) -> None:
    for job in site.get("/api/webjobs"):
        site.ask("DELETE", f"/api/{job['type']}webjobs/{urllib.request.quote(job['name'])}")
    until(lambda: site.get("/api/webjobs") == [])
    for name in site.get("/api/settings"):
        site.ask("DELETE", f"/api/settings/{name}")
    for file in (site.home / "LogFiles").glob("verification.txt.*"):
        os.unlink(file)


@pytest.fixture
def tools():
    """What tests need besides: the scripts, the zip, the wait."""
    return Tools()


class Tools:
    JOB_SCRIPT = JOB_SCRIPT
    WORKER = WORKER
    until = staticmethod(until)
    zipped = staticmethod(zipped)
