"""A site's SCM service (Kudu): its jobs, their runs and logs.

Routes and fields: Kudu's `Kudu.Services/Jobs/JobsController.cs` and `Kudu.Contracts/Jobs/*.cs`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from oneplan.errors import JobBusyError, OperateError
from oneplan.operate.credentials import ARM, Credential
from oneplan.operate.http import Http, Response
from oneplan.operate.moments import time_of
from oneplan.operate.refusal import error_from
from oneplan.operate.values import Run, Site, SiteState, Use

USER_AGENT = "oneplan"
"""Kudu writes it into the run: `External - oneplan`."""
_ALREADY_RUNNING = "job is already running"
"""In Kudu's 409 (`Kudu.Core/Jobs/TriggeredJobRunner.cs`)."""
_DEPLOYED = 4
_UNSET_YEAR = 1
"""Kudu writes .NET's `DateTime.MinValue` for a time that is not there."""


class Scm:
    """The SCM service of one site."""

    def __init__(self, http: Http, credential: Credential, site: Site) -> None:
        self._http = http
        self._credential = credential
        self.site = site

    def jobs_told(self) -> Response:
        """Every job as Kudu describes it, a JSON list, triggered ones first."""
        response = self._get("/api/webjobs")
        _check(response, f"jobs of {self.site.app}")
        return response

    def state(self) -> SiteState | None:
        """How the site's process does; None where the platform does not tell (in Azure)."""
        response = self._get("/api/oneplan/state")
        if response.status == 404:
            return None
        _check(response, f"app {self.site.app}")
        return SiteState.from_json(response.json())

    def use(self) -> tuple[Use, ...] | None:
        """What the site's app and jobs use of the machine; None where the platform does not tell (in Azure)."""
        response = self._get("/api/oneplan/load")
        if response.status == 404:
            return None
        _check(response, f"app {self.site.app}")
        return tuple(Use(row["job"], float(row["cpu_seconds"]), int(row["memory"])) for row in response.json())

    def console_logs(self) -> tuple[str, ...]:
        """Addresses of what the site's process wrote, newest first; empty before its first start."""
        response = self._get("/api/logs/docker")
        if response.status == 404:
            return ()
        _check(response, f"app {self.site.app}")
        return tuple(str(log["href"]) for log in response.json())

    def run(self, job: str, arguments: str = "") -> str:
        """Starts a triggered job and returns the run's id.

        Raises:
            JobBusyError: a run of this job has not ended; App Service runs one at a time.
            OperateError: Kudu refuses for another reason, such as stopped WebJobs.
        """
        query = f"?{urlencode({'arguments': arguments})}" if arguments else ""
        response = self._http.request(
            "POST",
            f"{self.site.scm_url}/api/triggeredwebjobs/{_segment(job)}/run{query}",
            headers=self._headers(),
        )
        if response.status == 409 and _ALREADY_RUNNING in response.text:
            raise JobBusyError(
                f"job {job}: is running already, and App Service runs one at a time;"
                " try again when it has ended, or add --wait"
            )
        _check(response, f"job {job}")
        location = response.headers.get("location", "")
        return urlsplit(location).path.rstrip("/").rpartition("/")[2]

    def set_schedule(self, job: str, schedule: str | None) -> None:
        """Writes a triggered job's schedule, or takes it away, until the site is deployed anew.

        `PUT /api/triggeredwebjobs/{name}/settings` replaces settings.job as a whole (Kudu.Core/Jobs/JobsManagerBase.cs,
        `SetJobSettings`), so what else is in it is read first.
        """
        path = f"/api/triggeredwebjobs/{_segment(job)}/settings"
        response = self._get(path)
        _check(response, f"job {job}")
        settings = {key: value for key, value in response.json().items() if key != "schedule"}
        if schedule is not None:
            settings["schedule"] = schedule
        headers = self._headers() | {"Content-Type": "application/json"}
        body = json.dumps(settings).encode()
        _check(self._http.request("PUT", self.site.scm_url + path, headers=headers, body=body), f"job {job}")

    def newest_deployment(self) -> datetime | None:
        """When the site's newest deployment arrived; None without one, or when it failed or goes on.

        `GET /api/deployments/latest`: Kudu.Services/Deployment/DeploymentController.cs; 4 is DeployStatus.Success.
        """
        response = self._get("/api/deployments/latest")
        if response.status == 404:
            return None
        _check(response, f"deployments of {self.site.name}")
        record = response.json()
        return _time(record.get("received_time")) if record.get("status") == _DEPLOYED else None

    def history(self, job: str) -> tuple[Run, ...]:
        """The runs of a triggered job, newest first; none when it never ran."""
        response = self._get(f"/api/triggeredwebjobs/{_segment(job)}/history")
        if response.status == 404:
            return ()
        _check(response, f"job {job}")
        return tuple(run_from_json(run) for run in response.json()["runs"] or ())

    def run_of(self, job: str, run: str) -> Run:
        """One run; raises OperateError when there is none of that id."""
        response = self._get(f"/api/triggeredwebjobs/{_segment(job)}/history/{_segment(run)}")
        if response.status == 404:
            raise OperateError(f"job {job}: no run {run!r}; `oneplan jobs history {job}` lists them")
        _check(response, f"job {job}")
        return run_from_json(response.json())

    def log(self, url: str, start: int = 0) -> tuple[bytes, int]:
        """The log's bytes from `start` on, and where to go on; a log that became shorter is read anew."""
        # Kudu serves `/vfs` as `/api/vfs` too. The token goes to this site's host, whatever the address says.
        path = f"/api/{urlsplit(url).path.removeprefix('/').removeprefix('api/')}"
        response = self._get(path, **({"Range": f"bytes={start}-"} if start else {}))
        if response.status == 416:  # nothing after `start`: all is read, or the log was begun anew
            if _size(response) == start:
                return b"", start
            start, response = 0, self._get(path)
        if response.status == 404:
            return b"", 0
        _check(response, f"log {path}")
        if response.status == 206:
            return response.body, start + len(response.body)
        size = len(response.body)
        return response.body[start if size >= start else 0 :], size

    def _get(self, path: str, **headers: str) -> Response:
        return self._http.request("GET", self.site.scm_url + path, headers=self._headers() | headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._credential.token(ARM)}", "User-Agent": USER_AGENT}


def run_from_json(body: dict[str, Any]) -> Run:
    """A run as Kudu writes it."""
    return Run(
        id=body["id"],
        status=body["status"],
        start=_time(body.get("start_time")),
        end=_time(body.get("end_time")),
        trigger=body.get("trigger") or "",
        output_url=body.get("output_url"),
        error_url=body.get("error_url"),
    )


def _time(text: str | None) -> datetime | None:
    """Kudu's time, which is UTC also where it does not say so; the year 1 stands for none."""
    at = time_of(text) or time_of(f"{text}Z")
    return None if at is None or at.year == _UNSET_YEAR else at


def _size(response: Response) -> int | None:
    """The whole length that a 416 tells in `Content-Range: bytes */N`."""
    length = response.headers.get("content-range", "").rpartition("/")[2]
    return int(length) if length.isdigit() else None


def _segment(text: str) -> str:
    return quote(text, safe="")


def _check(response: Response, what: str) -> None:
    if response.status >= 400:
        raise error_from(response, what)
