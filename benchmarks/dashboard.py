"""The dashboard with 50 apps and 1,000 jobs: first paint and interactivity in a real browser, processor time, status.

`python -m benchmarks.dashboard` alone. The small Azure it looks at runs in a process of its own.
"""

import asyncio
import fcntl
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import large
from benchmarks.azure import TOKEN, azure

SECONDS = 20.0
_ROUNDS = 5
_PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  if (list.getEntriesByName('first-contentful-paint').length) done();
}).observe({ type: 'paint', buffered: true }))"""


@contextmanager
def dashboard(jobs: int) -> Iterator[str]:
    """The address of a dashboard of so many jobs, which is served in this process."""
    from oneplan.dashboard import serve
    from oneplan.manifest import load
    from oneplan.operate import Connection, Plane
    from oneplan.operate.credentials import LocalCredential
    from oneplan.operate.http import Http
    from oneplan.operate.testing import SUBSCRIPTION

    with tempfile.TemporaryDirectory() as folder, stack(Path(folder), jobs) as url:
        root = Path(folder)
        token = root / "token"
        token.write_text(TOKEN)
        http = Http()
        connection = Connection(http, LocalCredential(http, token, f"{url}/msi/token"), url, "http", SUBSCRIPTION)
        loop, known = asyncio.new_event_loop(), []
        ready = threading.Event()

        def told(address: str) -> None:
            known.append(address)
            ready.set()

        task = loop.create_task(serve(Plane(load(root, "dev"), connection), port=0, ready=told, end=asyncio.Event()))
        thread = threading.Thread(target=lambda: _until_cancelled(loop, task))
        thread.start()
        ready.wait(30)
        yield known[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _until_cancelled(loop: asyncio.AbstractEventLoop, task: asyncio.Task) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        loop.close()


def paint(jobs: int) -> str:
    """First paint, the end of scripts and every job's row, in a browser that was here before."""
    from playwright.sync_api import sync_playwright

    script = (
        "() => JSON.stringify([performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,"
        " performance.getEntriesByType('navigation')[0].decodedBodySize])"
    )
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with dashboard(jobs) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(address)
        found = []
        for _ in range(_ROUNDS):
            page.goto(address.partition("?")[0])
            page.evaluate(_PAINTED)
            page.wait_for_selector("#more", state="detached")
            found.append([*json.loads(page.evaluate(script)), page.evaluate("performance.now()")])
        browser.close()
    first, ready, size, whole = (statistics.median(column) for column in zip(*found, strict=True))
    return (
        f"{f'dashboard, {jobs} jobs':<44} first paint {first:.0f} ms, interactive {ready:.0f} ms, "
        f"{size / 1024:.0f} KB, every row {whole:.0f} ms"
    )


def watching(jobs: int) -> str:
    """Processor time of the dashboard, in percent of a core, while one viewer looks at a quiet stack."""
    import http.cookiejar
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with dashboard(jobs) as address:
        opener.open(address).read()
        stream = opener.open(f"{address.partition('?')[0]}events")
        stream.readline()
        time.sleep(2)
        before, began = _spent(), time.monotonic()
        time.sleep(SECONDS)
        share = 100 * (_spent() - before) / (time.monotonic() - began)
        stream.close()
    return f"{f'dashboard, {jobs} jobs, one viewer':<44} {share:.1f} % of a core"


def status(jobs: int) -> str:
    """`oneplan status --json` as a person runs it, beside an interpreter that does nothing."""
    from benchmarks.measure import compare

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with stack(root, jobs) as url, _running(root, url):
            command = [str(Path(sys.executable).with_name("oneplan")), "status", "--json"]
            return str(
                compare(
                    f"oneplan status, {jobs} jobs",
                    lambda: subprocess.run(command, cwd=root, check=True, capture_output=True),
                    "python -c ''",
                    lambda: subprocess.run([sys.executable, "-c", ""], check=True, capture_output=True),
                    rounds=5,
                )
            )


@contextmanager
def _running(root: Path, url: str) -> Iterator[None]:
    """A project folder whose local Azure is the one at an address."""
    from oneplan.operate.testing import SUBSCRIPTION

    state = root / ".oneplan"
    state.mkdir()
    (state / "token").write_text(TOKEN)
    facts = {"pid": os.getpid(), "provider_port": 1, "control_url": url, "arm_url": url, "tenant_id": "t"}
    facts |= {"identity_url": f"{url}/msi/token", "subscription_id": SUBSCRIPTION, "ca_bundle": "", "started": ""}
    (state / "daemon.json").write_text(json.dumps(facts))
    with (state / "daemon.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def stack(root: Path, jobs: int) -> Iterator[str]:
    """The address of a small Azure in which a project of so many jobs runs, written into a folder."""
    large.write(root, jobs)
    with azure(root) as url:
        yield url


def _spent() -> float:
    taken = os.times()
    return taken.user + taken.system


def cases() -> Iterator[str]:
    """Each figure as it is measured."""
    for jobs in (4, large.JOBS):
        yield paint(jobs)
        yield watching(jobs)
    yield status(large.JOBS)


if __name__ == "__main__":
    for figure in cases():
        print(figure, flush=True)
