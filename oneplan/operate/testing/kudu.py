"""The SCM service of one site, with its jobs, runs and logs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from oneplan.operate.testing.server import Reply, Request, Server

UNSET_TIME = "0001-01-01T00:00:00"


@dataclass
class FakeRun:
    """A run of a triggered job."""

    id: str
    status: str = "Success"
    start: str = "2026-11-24T05:00:00.1234567Z"
    end: str = "2026-11-24T05:00:02.5Z"
    log: str = ""
    trigger: str = "Schedule - 0 */15 * * * *"


@dataclass
class FakeJob:
    """A WebJob."""

    name: str
    type: str = "triggered"
    status: str = "Running"
    schedule: str | None = None
    runs: list[FakeRun] = field(default_factory=list)
    """Newest first."""
    log: str = ""
    """Of a continuous job."""
    arguments: list[str] = field(default_factory=list)
    """What each run by hand was given."""
    settings: dict[str, Any] = field(default_factory=dict)
    """The rest of its settings.job."""


def triggered(name: str, *, schedule: str | None = None, runs: Sequence[FakeRun] = ()) -> FakeJob:
    """A triggered job."""
    return FakeJob(name, schedule=schedule, runs=list(runs))


def continuous(name: str, *, status: str = "Running", log: str = "") -> FakeJob:
    """A continuous job."""
    return FakeJob(name, "continuous", status=status, log=log)


class FakeSite:
    """The SCM service of one site; its front page answers at the same address."""

    def __init__(self, app: str, name: str, token: str, jobs: Sequence[FakeJob]) -> None:
        self.app = app
        self.name = name
        self.state = "Running"
        self.process: dict[str, Any] | None = {"state": "Running", "pid": 4711, "restarts": 0, "log_tail": []}
        """What `/api/oneplan/state` tells; None answers 404, as Azure does."""
        self.load: list[dict[str, Any]] = []
        """What `/api/oneplan/load` tells."""
        self.jobs = {job.name: job for job in jobs}
        self.restarts = 0
        self.console = ""
        """What the site's process wrote."""
        self.deployment: dict[str, Any] | None = None
        """What `/api/deployments/latest` tells."""
        self.refuses_history = False
        """Whether the runs of its jobs cannot be read."""
        self._token = token
        self.server = Server(self.respond)

    def respond(self, request: Request) -> Reply:
        """Kudu's answer."""
        if request.method == "POST" and not request.carries(self._token):
            return Reply(401)
        if request.path == "/api/webjobs":
            ordered = sorted(self.jobs.values(), key=lambda job: job.type != "triggered")
            return Reply.of([self._job(job) for job in ordered])
        told: dict[str, object] = {"/api/deployments/latest": self.deployment}
        if self.process is not None:
            told |= {"/api/oneplan/state": self.process, "/api/oneplan/load": self.load}
        if (document := told.get(request.path)) is not None:
            return Reply.of(document)
        if request.path == "/api/logs/docker":
            href = f"http://{self.server.host}/api/vfs/LogFiles/console.log"
            return Reply.of([{"href": href}] if self.console else [])
        if request.path == "/api/vfs/LogFiles/console.log":
            return Reply(body=self.console.encode())
        if found := re.fullmatch(r"(?:/api)?/vfs/data/jobs/(\w+)/([^/]+)/(?:([^/]+)/)?\w+\.txt", request.path):
            return self._log(request, found[2], found[3])
        if found := re.fullmatch(r"/api/triggeredwebjobs/([^/]+)/(run|history|settings)(?:/([^/]+))?", request.path):
            return self._triggered(request, found[1], found[2], found[3])
        return Reply(404) if request.path.startswith("/api/") else Reply(body=b"<h1>hello</h1>")

    def _triggered(self, request: Request, name: str, verb: str, run: str | None) -> Reply:
        job = self.jobs.get(name)
        if job is None or (verb == "history" and not job.runs):
            return Reply(404)
        if verb == "history" and self.refuses_history:
            return Reply(500)
        if verb == "settings":
            return self._settings(request, job)
        if verb == "run":
            return self._start(request, job)
        if run is None:
            return Reply.of({"runs": [self._run(job, each) for each in job.runs]})
        return next((Reply.of(self._run(job, each)) for each in job.runs if each.id == run), Reply(404))

    def _settings(self, request: Request, job: FakeJob) -> Reply:
        if request.method == "PUT":
            if not request.carries(self._token):
                return Reply(401)
            job.settings = json.loads(request.body)
            job.schedule = job.settings.pop("schedule", None)
        return Reply.of(job.settings | ({"schedule": job.schedule} if job.schedule else {}))

    def _start(self, request: Request, job: FakeJob) -> Reply:
        if job.runs and job.runs[0].status == "Running":
            return Reply(409, b"Cannot start a new run since job is already running.")
        job.arguments.append(request.query.get("arguments", ""))
        run = FakeRun(f"2026112407{len(job.runs):08}", log="[INFO] hello\n", trigger="External - oneplan")
        job.runs.insert(0, run)
        where = f"http://{self.server.host}/api/triggeredwebjobs/{quote(job.name)}/history/{run.id}"
        return Reply(202, headers={"Location": where})

    def _log(self, request: Request, name: str, run: str | None) -> Reply:
        job = self.jobs[name]
        text = job.log if run is None else next(each.log for each in job.runs if each.id == run)
        content = text.encode()
        start = int(request.headers.get("range", "bytes=0-")[6:-1])
        if "range" not in request.headers:
            return Reply(body=content)
        if start < len(content):
            return Reply(206, content[start:])
        return Reply(416, headers={"Content-Range": f"bytes */{len(content)}"})

    def _job(self, job: FakeJob) -> dict[str, Any]:
        common = {
            "name": job.name,
            "run_command": "run.sh",
            "type": job.type,
            "error": None,
            "using_sdk": False,
        }
        if job.type == "continuous":
            log_url = f"http://{self.server.host}/vfs/data/jobs/continuous/{job.name}/job_log.txt"
            return {"status": job.status, "log_url": log_url, **common, "settings": {"is_singleton": True}}
        latest = self._run(job, job.runs[0]) if job.runs else None
        return {
            "latest_run": latest,
            **common,
            "settings": {"schedule": job.schedule} if job.schedule else {},
        }

    def _run(self, job: FakeJob, run: FakeRun) -> dict[str, Any]:
        log_url = f"http://{self.server.host}/vfs/data/jobs/triggered/{job.name}/{run.id}/output_log.txt"
        return {
            "id": run.id,
            "name": run.id,
            "status": run.status,
            "start_time": run.start,
            "end_time": UNSET_TIME if run.status in {"Running", "Initializing"} else run.end,
            "output_url": log_url if run.log else None,
            "error_url": None,
            "job_name": job.name,
            "trigger": run.trigger,
        }
