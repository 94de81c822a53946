"""The dashboard with 50 apps and 1,000 jobs in a real browser: first paint, interactivity, how soon an event shows.

And the processor time of a viewer, and `oneplan status`. `python -m benchmarks.dashboard` alone; the small Azure it
looks at runs in a process of its own, a page that is hardly more than nothing is served beside it for comparison.
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
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import large
from benchmarks.azure import TOKEN, Azure, azure
from benchmarks.measure import Comparison, compare

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

SECONDS = 20.0
_ROUNDS = 7
_PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  if (list.getEntriesByName('first-contentful-paint').length) done();
}).observe({ type: 'paint', buffered: true }))"""
_TIMES = """() => { const page = performance.getEntriesByType('navigation')[0];
  return [performance.getEntriesByName('first-contentful-paint')[0].startTime, page.domContentLoadedEventEnd,
          page.responseStart, page.decodedBodySize]; }"""
_SHOWS = """(job) => { window.shown = new Promise((done) => new MutationObserver(() => done(Date.now()))
  .observe(document.getElementById(`job-${job}`), { childList: true, subtree: true })); }"""
_BARE = b"<!doctype html><html lang=en><title>Bare</title><h1>Overview</h1>"


@dataclass(frozen=True)
class Served:
    """A dashboard, and the Azure behind it."""

    address: str
    """With the token."""
    azure: Azure

    @property
    def page(self) -> str:
        """The overview's address, for a browser that was here before."""
        return self.address.partition("?")[0]


@contextmanager
def dashboard(jobs: int) -> Iterator[Served]:
    """A dashboard of so many jobs, which is served in this process."""
    from oneplan.dashboard import serve
    from oneplan.manifest import load
    from oneplan.operate import Connection, Plane
    from oneplan.operate.credentials import LocalCredential
    from oneplan.operate.http import Http
    from oneplan.operate.testing import SUBSCRIPTION

    with tempfile.TemporaryDirectory() as folder, stack(Path(folder), jobs) as behind:
        root = Path(folder)
        token = root / "token"
        token.write_text(TOKEN)
        http = Http()
        url, credential = behind.url, LocalCredential(http, token, f"{behind.url}/msi/token")
        connection = Connection(http, credential, url, "http", SUBSCRIPTION, behind.changes_url)
        loop, known = asyncio.new_event_loop(), []
        ready = threading.Event()

        def told(address: str) -> None:
            known.append(address)
            ready.set()

        task = loop.create_task(serve(Plane(load(root, "dev"), connection), port=0, ready=told, end=asyncio.Event()))
        thread = threading.Thread(target=lambda: _until_cancelled(loop, task))
        thread.start()
        ready.wait(30)
        yield Served(known[0], behind)
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _until_cancelled(loop: asyncio.AbstractEventLoop, task: asyncio.Task) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        loop.close()


@contextmanager
def _browser() -> Iterator["BrowserContext"]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_context()
        browser.close()


@contextmanager
def _bare_page() -> Iterator[str]:
    class Bare(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(_BARE)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Bare) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def paint(jobs: int) -> Iterator[str]:
    """First paint, the end of scripts and every job's row in a new tab, in turns with a page of one word."""
    with dashboard(jobs) as served, _bare_page() as bare, _browser() as browser:
        browser.new_page().goto(served.address)
        ours, others = [], []
        for _ in range(_ROUNDS):
            page = browser.new_page()
            page.goto(served.page)
            page.evaluate(_PAINTED)
            page.wait_for_selector("#more", state="detached")
            ours.append([*page.evaluate(_TIMES), page.evaluate("performance.now()")])
            page.close()
            page = browser.new_page()
            page.goto(bare)
            page.evaluate(_PAINTED)
            others.append(page.evaluate(_TIMES))
            page.close()
    first, ready, byte, size, whole = (statistics.median(column) for column in zip(*ours, strict=True))
    base = statistics.median(painted for painted, *_ in others)
    yield str(Comparison(f"dashboard, {jobs} jobs: first paint", "a page of one word", first / 1000, base / 1000))
    yield (
        f"{f'dashboard, {jobs} jobs':<44} first byte {byte:.0f} ms, interactive {ready:.0f} ms, "
        f"{size / 1024:.0f} KB, every row {whole:.0f} ms"
    )


def event(jobs: int) -> str:
    """How long after a run began its job's row shows it, the last row of the page."""
    job = f"job-{jobs - 1}"
    with dashboard(jobs) as served, _browser() as browser:
        page = browser.new_page()
        page.goto(served.address)
        page.wait_for_selector("#more", state="detached")
        page.wait_for_selector(f"#job-{job}")
        time.sleep(5)  # until every history is there
        taken = []
        for _ in range(_ROUNDS):
            page.evaluate(_SHOWS, job)
            began = time.time()
            served.azure.begin(job)
            taken.append(page.evaluate("() => window.shown") - began * 1000)
            time.sleep(1)
    title = f"dashboard, {jobs} jobs: a run shows after"
    return f"{title:<44} {statistics.median(taken):.0f} ms ({max(taken):.0f} at most)"


def watching(jobs: int) -> str:
    """Processor time of the dashboard, in percent of a core, while one viewer looks at a quiet stack."""
    import http.cookiejar
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with dashboard(jobs) as served:
        opener.open(served.address).read()
        stream = opener.open(f"{served.page}events")
        stream.readline()
        time.sleep(8)  # until every history is there
        before, began = _spent(), time.monotonic()
        time.sleep(SECONDS)
        share = 100 * (_spent() - before) / (time.monotonic() - began)
        stream.close()
    return f"{f'dashboard, {jobs} jobs, one viewer':<44} {share:.1f} % of a core"


def status(jobs: int) -> str:
    """`oneplan status --json` as a person runs it, beside an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with stack(root, jobs) as behind, _running(root, behind.url):
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
def stack(root: Path, jobs: int) -> Iterator[Azure]:
    """A small Azure in which a project of so many jobs runs, written into a folder."""
    large.write(root, jobs)
    with azure(root) as behind:
        yield behind


def _spent() -> float:
    taken = os.times()
    return taken.user + taken.system


def cases() -> Iterator[str]:
    """Each figure as it is measured."""
    for jobs in (4, large.JOBS):
        yield from paint(jobs)
        yield watching(jobs)
    yield event(large.JOBS)
    yield status(large.JOBS)


if __name__ == "__main__":
    for figure in cases():
        print(figure, flush=True)
