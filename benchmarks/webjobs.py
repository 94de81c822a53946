"""The jobs engine: idle cost, start, what a run costs, many at once, a talkative job, looking for changes.

`python -m benchmarks.webjobs` alone; part of `make bench`.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Comparison, compare
from emulator.webjobs import Engine, EngineOptions
from emulator.webjobs.watcher import snapshot

ROOT = Path(__file__).resolve().parents[1]
SCHEDULED, CONTINUOUS, AT_ONCE, LINES = 1000, 100, 200, 500_000
IDLE_SECONDS = 15.0
TICKS = os.sysconf("SC_CLK_TCK")


def cases() -> Iterator[Comparison | str]:
    """Each figure as it is measured."""
    with tempfile.TemporaryDirectory() as folder:
        yield from idle(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield looking(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(one_run(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        yield many_runs(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield talkative(Path(folder))


class Program:
    """`webjobs serve` of a home."""

    def __init__(self, folder: Path, *options: str) -> None:
        began = time.perf_counter()
        command = [sys.executable, "-m", "emulator", "webjobs", "serve", str(folder / "home"), f"--temp={folder}/temp"]
        self.process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        self.start_seconds = time.perf_counter() - began
        self.url, self.token = ready["url"], ready["token"]

    def ask(self, path: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    @property
    def memory_mb(self) -> float:
        """Resident memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def write(folder: Path, path: str, script: str, settings: dict[str, object] | None = None) -> None:
    """A job's files."""
    job = folder / "home/site/wwwroot/App_Data/jobs" / path
    job.mkdir(parents=True)
    (job / "run.sh").write_text(script)
    (job / "settings.job").write_text(json.dumps(settings or {}))


def idle(folder: Path) -> Iterator[str]:
    """A thousand schedules that are not due and a hundred continuous jobs that sleep, beside an empty engine."""
    (folder / "empty/home").mkdir(parents=True)
    empty = Program(folder / "empty")
    bare = empty.memory_mb
    empty.stop()
    for number in range(SCHEDULED):
        write(folder, f"triggered/t{number}", "echo x\n", {"schedule": f"0 {number % 60} 3 29 2 *"})
    for number in range(CONTINUOUS):
        write(folder, f"continuous/c{number}", "exec sleep 1000\n", {"stopping_wait_time": 0})
    program = Program(folder, "--watch-debounce=1")
    title = f"engine: {SCHEDULED} scheduled, {CONTINUOUS} continuous"
    yield f"{title:<44} start to ready {program.start_seconds:.2f} s (limit 1.5), empty {empty.start_seconds:.2f} s"
    try:
        while program.ask("/api/continuouswebjobs").count(b'"status": "Running"') < CONTINUOUS:
            time.sleep(0.5)
        time.sleep(2)
        before = program.cpu_seconds
        time.sleep(IDLE_SECONDS)
        share = (program.cpu_seconds - before) / IDLE_SECONDS
        yield f"{title:<44} idle {share:.1%} of a core (limit 3 %)"
        yield f"{title:<44} {program.memory_mb - bare:.0f} MB above the empty engine's {bare:.0f} (limit 150)"
    finally:
        program.stop()


def looking(folder: Path) -> Comparison:
    """One look at a thousand unchanged jobs of three files, beside a bare walk that asks for each file's state."""
    for number in range(1000):
        write(folder, f"triggered/t{number}", "echo x\n")
        (folder / f"home/site/wwwroot/App_Data/jobs/triggered/t{number}/data.txt").write_text("x")
    root = folder / "home/site/wwwroot/App_Data/jobs/triggered"
    return compare(
        "engine: look at 1,000 unchanged jobs",
        lambda: snapshot(root),
        "os.walk with a stat a file",
        lambda: [os.stat(os.path.join(at, name)) for at, _, names in os.walk(root) for name in names],  # noqa: PTH116, PTH118
    )


async def one_run(folder: Path) -> list[Comparison | str]:
    """A triggered run from the request to its end, beside subprocess.run of the same script."""
    write(folder, "triggered/once", "exit 0\n")
    script = folder / "home/site/wwwroot/App_Data/jobs/triggered/once/run.sh"
    engine = Engine(
        folder / "home", folder / "temp", environment=dict(os.environ), instance_id="bench", options=EngineOptions()
    )
    await engine.start()
    ours, peers = [], []
    for number in range(41):
        began = time.perf_counter()
        run = await engine.run("once")
        while engine.run_info("once", run).end is None:  # noqa: ASYNC110 - the end is what the API would show
            await asyncio.sleep(0.0005)
        taken = time.perf_counter() - began
        began = time.perf_counter()
        await asyncio.to_thread(subprocess.run, ["/bin/bash", str(script)], check=True, capture_output=True)
        if number:
            ours.append(taken)
            peers.append(time.perf_counter() - began)
    await engine.stop()
    comparison = Comparison(
        "engine: a triggered run", "subprocess.run", statistics.median(ours), statistics.median(peers)
    )
    more = (comparison.ours_seconds - comparison.peer_seconds) * 1000
    return [comparison, f"{'engine: a triggered run':<44} {more:.1f} ms more than the bare process (limit 10)"]


def many_runs(folder: Path) -> str:
    """The API's answers while many runs are in flight, started and going on."""
    for number in range(AT_ONCE):
        write(folder, f"triggered/t{number}", "exec sleep 60\n")
    program = Program(folder)
    try:
        for number in range(AT_ONCE):
            program.ask(f"/api/triggeredwebjobs/t{number}/run", "POST")
        taken = []
        for number in range(400):
            began = time.perf_counter()
            program.ask(f"/api/triggeredwebjobs/t{number % AT_ONCE}/history")
            taken.append(time.perf_counter() - began)
        running = program.ask("/api/triggeredwebjobs").count(b'"status": "Running"')
    finally:
        program.process.kill()
        program.stop()
    taken.sort()
    middle, late = taken[len(taken) // 2] * 1000, taken[int(len(taken) * 0.99)] * 1000
    return f"{f'engine: {running} runs in flight':<44} API median {middle:.1f} ms, p99 {late:.1f} ms (limit 50)"


def talkative(folder: Path) -> str:
    """A job that prints as fast as it can: how many lines a second reach the log, and the memory that takes."""
    script = f"seq -f 'line %.0f of a job that has a lot to say' {LINES}\n"
    write(folder, "triggered/once", script)
    program = Program(folder)
    try:
        before, most, began = program.memory_mb, 0.0, time.perf_counter()
        program.ask("/api/triggeredwebjobs/once/run", "POST")
        while b'"Success"' not in program.ask("/api/triggeredwebjobs/once/history"):
            most = max(most, program.memory_mb)
            time.sleep(0.05)
        seconds = time.perf_counter() - began
    finally:
        program.stop()
    rate = LINES / seconds
    more = most - before
    return f"{'engine: a talkative job':<44} {rate:,.0f} lines a second (limit 100,000), {more:.1f} MB more memory"


if __name__ == "__main__":
    for figure in cases():
        print(figure, flush=True)
