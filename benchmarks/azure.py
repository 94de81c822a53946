"""A small Azure in a process of its own, in which a large project runs as it was declared.

`python -m benchmarks.azure FOLDER` serves the stack `dev` of a project until its standard input closes; a job's name on
it begins a run of that job, and that is told as the local Azure tells it.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from oneplan.manifest import Job, Manifest, load
from oneplan.operate.testing import FakeAzure, FakeJob, FakeRun, continuous, triggered
from oneplan.operate.testing.server import Reply, Request, Server

TOKEN = "secret"
_RUNS = 30
_WAIT_SECONDS = 20.0


@dataclass(frozen=True)
class Azure:
    """The small Azure, from outside."""

    url: str
    changes_url: str
    commands: TextIO

    def begin(self, job: str) -> None:
        """Begins a run of a job."""
        self.commands.write(f"{job}\n")
        self.commands.flush()


@contextmanager
def azure(root: Path) -> Iterator[Azure]:
    """The small Azure of a project."""
    command = [sys.executable, "-m", "benchmarks.azure", str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        url, changes_url = process.stdout.readline().split()
        yield Azure(url, changes_url, process.stdin)
        process.stdin.close()


class _Changes:
    """How often jobs changed, for whoever waits for the next time."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def note(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def respond(self, request: Request) -> Reply:
        after = int(request.query.get("after", -1))
        with self._changed:
            self._changed.wait_for(lambda: self._count != after, _WAIT_SECONDS)
            return Reply.of({"count": self._count})


def serve(manifest: Manifest) -> None:
    """Serves every site with its jobs; each triggered one has run thirty times, and a few runs failed."""
    now, changes, jobs = datetime.now(UTC) - timedelta(minutes=1), _Changes(), {}
    with FakeAzure(token=TOKEN) as served:
        served.queues = {name: 0 for queue in manifest.queues.values() for name in (queue.name, queue.poison)}
        for app in manifest.apps:
            own = [_job(job, number, now) for number, job in enumerate(manifest.jobs_of(app))]
            served.add_site(app, f"tempus-dev-{app}", own)
            jobs |= {job.name: job for job in own}
        told = Server(changes.respond)
        print(served.url, f"http://{told.host}/changes", flush=True)
        for line in sys.stdin:
            job = jobs[line.strip()]
            job.runs.insert(0, FakeRun(f"{9 * 10**7 + len(job.runs)}", "Running", f"{now:%Y-%m-%dT%H:%M:%S}.0Z", ""))
            changes.note()
        told.close()


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
