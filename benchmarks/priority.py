"""A site's request rate and 99th percentile beside busy jobs of low and of normal priority.

`python -m benchmarks.priority` alone. Takes a minute and both processors.

The jobs are started once by their run scripts. Short turns alternate: alone, beside the low ones, and beside the normal
ones, while the others are stopped. Each turn is compared with the turn alone next to it, and the medians count, so that
a slow minute of the machine weighs little.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from oneplan.manifest.values import Job, Trigger
from oneplan.packaging.script import Recipe, run_script

JOBS, ROUNDS, TURN_SECONDS, WARM_SECONDS, SETTLE_SECONDS = 4, 8, 1.5, 2.0, 0.2
PRIORITIES: tuple[Literal["low", "normal"], ...] = ("low", "normal")
LIMITS = {"low": " (limits 90 %, 3 x)", "normal": ""}
BUSY = "import os\nwith open({pid!r}, 'w') as out: out.write(str(os.getpid()))\nwhile True: pass\n"
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


@dataclass(frozen=True)
class Served:
    """What the clients got in one turn."""

    rate: float
    """Requests a second."""
    late: float
    """99th percentile of a request, in seconds."""


def cases() -> Iterator[str]:
    """Each figure as it is measured."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(_site())
        jobs = {priority: stack.enter_context(_jobs(folder, priority)) for priority in PRIORITIES}
        _asked(url, WARM_SECONDS)
        rounds = [_round(url, jobs) for _ in range(ROUNDS)]
    for priority in PRIORITIES:
        shares = [beside[priority].rate / alone.rate for alone, beside in rounds]
        slower = [beside[priority].late / alone.late for alone, beside in rounds]
        yield (
            f"{f'site beside {JOBS} busy jobs, priority {priority}':<44} "
            f"{statistics.median(shares):.0%} of its rate ({min(shares):.0%} to {max(shares):.0%}), "
            f"{statistics.median(slower):.1f} x its p99 ({min(slower):.1f} to {max(slower):.1f}){LIMITS[priority]}"
        )


def _round(url: str, jobs: dict[Literal["low", "normal"], list[int]]) -> tuple[Served, dict[str, Served]]:
    alone = _asked(url, TURN_SECONDS)
    beside: dict[str, Served] = {}
    for priority, processes in jobs.items():
        _signal(processes, signal.SIGCONT)
        beside[priority] = _asked(url, TURN_SECONDS)
        _signal(processes, signal.SIGSTOP)
        time.sleep(SETTLE_SECONDS)
    return alone, beside


@contextmanager
def _site() -> Iterator[str]:
    """Gives the address of a site with a request that takes a fifth of a millisecond."""
    with subprocess.Popen(
        [sys.executable, "-c", SITE], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as site:
        assert site.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(site.stdout.readline())}/"
        finally:
            site.terminate()


@contextmanager
def _jobs(folder: Path, priority: Literal["low", "normal"]) -> Iterator[list[int]]:
    """Gives the processes of jobs that keep a processor busy, stopped; their run scripts have started them."""
    scripts = [_started(folder / f"{priority}{number}", priority) for number in range(JOBS)]
    processes = [_process(folder / f"{priority}{number}") for number in range(JOBS)]
    _signal(processes, signal.SIGSTOP)
    try:
        yield processes
    finally:
        _signal(processes, signal.SIGCONT)
        for script in scripts:
            script.terminate()
        for script in scripts:
            script.wait()


def _started(folder: Path, priority: Literal["low", "normal"]) -> subprocess.Popen[bytes]:
    folder.mkdir()
    (folder / "busy.py").write_text(BUSY.format(pid=str(folder / "pid")))
    job = Job("busy", folder, "shop", Trigger("manual"), timeout=timedelta(minutes=10), priority=priority)
    recipe = Recipe(f"{sys.executable} busy.py", {}, "job.yaml")
    (folder / "run.sh").write_bytes(run_script(job, recipe))
    return subprocess.Popen(["sh", "run.sh"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _process(folder: Path) -> int:
    """Returns the number of the job's own process, once it runs."""
    file = folder / "pid"
    while not (file.exists() and file.read_text()):
        time.sleep(0.05)
    return int(file.read_text())


def _signal(processes: list[int], what: signal.Signals) -> None:
    for process in processes:
        os.kill(process, what)
    time.sleep(SETTLE_SECONDS)


def _asked(url: str, seconds: float) -> Served:
    """Two clients for some seconds."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

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
    return Served(len(taken) / seconds, taken[int(len(taken) * 0.99)])


if __name__ == "__main__":
    for figure in cases():
        print(figure, flush=True)
