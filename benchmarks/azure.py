"""A small Azure in a process of its own, in which a large project runs as it was declared.

`python -m benchmarks.azure FOLDER` serves the stack `dev` of a project until its standard input closes.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oneplan.manifest import Job, Manifest, load
from oneplan.operate.testing import FakeAzure, FakeJob, FakeRun, continuous, triggered

TOKEN = "secret"
_RUNS = 30


@contextmanager
def azure(root: Path) -> Iterator[str]:
    """The address of the small Azure of a project."""
    command = [sys.executable, "-m", "benchmarks.azure", str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


def serve(manifest: Manifest) -> None:
    """Serves every site with its jobs; each triggered one has run thirty times, and a few runs failed."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    with FakeAzure(token=TOKEN) as served:
        served.queues = {name: 0 for queue in manifest.queues.values() for name in (queue.name, queue.poison)}
        for app in manifest.apps:
            jobs = [_job(job, number, now) for number, job in enumerate(manifest.jobs_of(app))]
            served.add_site(app, f"tempus-dev-{app}", jobs)
        print(served.url, flush=True)
        sys.stdin.read()


def _job(job: Job, number: int, now: datetime) -> FakeJob:
    if job.type == "continuous":
        return continuous(job.name, status="Running" if job.enabled else "Stopped")
    runs = [_run(number * _RUNS + index, now - timedelta(minutes=15 * index)) for index in range(_RUNS)]
    return triggered(job.name, schedule=job.trigger.schedule if job.enabled else None, runs=runs)


def _run(number: int, began: datetime) -> FakeRun:
    ended = began + timedelta(seconds=4)
    status = "Failed" if number % 97 == 0 else "Success"
    return FakeRun(f"{number:08}", status, *(f"{at:%Y-%m-%dT%H:%M:%S}.0Z" for at in (began, ended)))


if __name__ == "__main__":
    serve(load(Path(sys.argv[1]), "dev", thorough=False))
