"""Packages: unchanged, small, large and many files, beside zip(1); and a site's request rate beside low-priority jobs.

`python -m benchmarks.packaging` alone. Takes half a minute and 500 MB of the temporary folder.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import Comparison, compare
from oneplan.manifest.values import App, Job, Manifest, Plan, Runtime, Trigger
from oneplan.packaging import build
from oneplan.packaging.script import Recipe, run_script

SMALL_FILES, LARGE_MB, SAME = 10_000, 200, 20
JOBS, SITE_SECONDS = 4, 4.0
SITE = """
import hashlib, http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = hashlib.sha256(b"x" * 200_000).hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def cases() -> Iterator[Comparison | str]:
    """Each figure as it is measured."""
    with tempfile.TemporaryDirectory() as folder:
        yield from many_files(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield large(Path(folder))
    yield from beside_a_site()


def many_files(root: Path) -> Iterator[Comparison | str]:
    """Ten thousand files of a kilobyte or two: unchanged beside a walk, cold beside zip, and the same bytes always."""
    chance = random.Random(1)
    words = [hashlib.sha256(str(number).encode()).hexdigest()[:7] for number in range(500)]
    for number in range(SMALL_FILES):
        file = root / "app" / f"d{number % 100}" / f"f{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(" ".join(chance.choices(words, k=180)))
    yield _cold(root, f"package: cold, {SMALL_FILES:,} small files", rounds=3)
    manifest = _manifest(root)
    build(manifest, "shop")
    time.sleep(0.1)
    yield compare(
        f"package: unchanged tree of {SMALL_FILES:,} files",
        lambda: build(manifest, "shop"),
        "os.walk with a stat a file",
        lambda: [os.stat(os.path.join(at, name)) for at, _, names in os.walk(root / "app") for name in names],  # noqa: PTH116, PTH118
    )
    hashes = {_fresh(root) for _ in range(SAME)}
    yield f"{f'package: {SAME} cold builds':<44} {len(hashes)} different zip (limit 1)"


def large(root: Path) -> Comparison:
    """200 MB: a third of it text, a third half random, a third pictures, as sites have them."""
    chance = random.Random(2)
    (root / "app").mkdir()
    line = b"".join(b"%d,article %d,%d.50\n" % (n, n * 7 % 1000, n % 90) for n in range(50_000))
    for number in range(LARGE_MB // 2):
        noise = chance.randbytes(2 << 20)
        kind = number % 3
        text = (line * 3)[number * 100 :][: 2 << 20]
        content = (text, b"".join(a + b for a, b in zip(_parts(noise), _parts(text), strict=False)), noise)[kind]
        (root / "app" / f"f{number}.{('txt', 'bin', 'png')[kind]}").write_bytes(content)
    return _cold(root, f"package: cold, {LARGE_MB} MB", rounds=3)


def _parts(content: bytes) -> Iterator[bytes]:
    return (content[start : start + 64] for start in range(0, len(content) // 2, 64))


def _cold(root: Path, title: str, rounds: int) -> Comparison:
    return compare(title, lambda: _fresh(root), "zip -6", lambda: _zip(root), rounds=rounds)


def _fresh(root: Path) -> str:
    """A build without any record of an earlier one; returns the digest of the zip."""
    shutil.rmtree(root / ".oneplan", ignore_errors=True)
    return hashlib.file_digest(build(_manifest(root), "shop").path.open("rb"), "sha256").hexdigest()


def _zip(root: Path) -> None:
    (root / "peer.zip").unlink(missing_ok=True)
    subprocess.run(["zip", "-6", "-q", "-r", str(root / "peer.zip"), "."], cwd=root / "app", check=True)
    hashlib.file_digest((root / "peer.zip").open("rb"), "sha256")


def _manifest(root: Path) -> Manifest:
    apps = {"shop": App("shop", "web", Runtime("node", "22"), root / "app")}
    return Manifest(root, "dev", "local", "bench", "westeurope", "Etc/UTC", Plan("linux", "B2"), apps=apps)


def beside_a_site() -> Iterator[str]:
    """A site's requests a second and 99th percentile: alone, beside four busy jobs of low priority, and of normal."""
    with tempfile.TemporaryDirectory() as folder:
        site = subprocess.Popen([sys.executable, "-c", SITE], stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert site.stdout is not None
        url = f"http://127.0.0.1:{int(site.stdout.readline())}/"
        try:
            _asked(url)
            alone = _asked(url)
            for priority in ("low", "normal"):
                jobs = [_busy(Path(folder), priority, number) for number in range(JOBS)]
                time.sleep(1)
                rate, late = _asked(url)
                for job in jobs:
                    job.terminate()
                    job.wait()
                share, slower = rate / alone[0], late / alone[1]
                limits = " (limits 90 %, 3 x)" if priority == "low" else ""
                title = f"site beside {JOBS} busy jobs, priority {priority}"
                yield f"{title:<44} {share:.0%} of its rate, {slower:.1f} x its p99{limits}"
        finally:
            site.terminate()
            site.wait()
            site.stdout.close()


def _busy(folder: Path, priority: str, number: int) -> subprocess.Popen[bytes]:
    """A job that keeps a processor busy for a minute, started by its run script."""
    job = Job("busy", folder, "shop", Trigger("manual"), timeout=timedelta(minutes=1))
    job = replace(job, priority="low") if priority == "low" else job
    script = folder / f"run{number}.sh"
    script.write_bytes(run_script(job, Recipe(f"{sys.executable} -c 'while True: pass'", {}, "job.yaml")))
    return subprocess.Popen(["sh", str(script)], stdout=subprocess.DEVNULL)


def _asked(url: str) -> tuple[float, float]:
    """Two clients for some seconds: requests a second, and the 99th percentile in seconds."""
    taken: list[float] = []
    end = time.perf_counter() + SITE_SECONDS

    def client() -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            with urllib.request.urlopen(url, timeout=30) as answer:
                answer.read()
            taken.append(time.perf_counter() - began)

    clients = [threading.Thread(target=client) for _ in range(2)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    taken.sort()
    return len(taken) / SITE_SECONDS, taken[int(len(taken) * 0.99)]


if __name__ == "__main__":
    for figure in cases():
        print(figure, flush=True)
