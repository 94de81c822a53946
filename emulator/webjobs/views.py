"""Jobs and runs as readers see them, and their JSON (Kudu.Contracts/Jobs/*.cs; field order as emitted)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from emulator.webjobs.history import OUTPUT_FILE, SCHEDULER_LOG, Run
from emulator.webjobs.job import JobType
from emulator.webjobs.moment import NEVER, to_json, to_span


@dataclass(frozen=True, kw_only=True)
class JobView:
    """What both types have."""

    name: str
    """The folder's name."""

    run_command: str
    """The script, relative to the job's folder."""

    settings: Mapping[str, Any]
    """What settings.job says."""

    using_sdk: bool
    """Whether the job announced itself as one of the WebJobs SDK."""

    error: str | None = None
    """Why it cannot be started here. App Service leaves it null, and the status for ever at Starting."""


@dataclass(frozen=True, kw_only=True)
class TriggeredView(JobView):
    """A triggered job."""

    latest_run: Run | None
    """Its newest run."""

    has_scheduler_log: bool
    """Whether a schedule was ever seen."""

    next_run: datetime | None
    """When the schedule starts it next, in UTC. App Service does not tell."""

    type: JobType = JobType.TRIGGERED


@dataclass(frozen=True, kw_only=True)
class ContinuousView(JobView):
    """A continuous job."""

    status: str
    """Over all instances."""

    detailed_status: str
    """One line an instance."""

    type: JobType = JobType.CONTINUOUS


def job_json(view: JobView, base_url: str, now: datetime) -> dict[str, Any]:
    """A job as the API answers it.

    Args:
        base_url: scheme and host of the SCM site, without a slash at the end.
        now: the present instant, for the duration of a run in progress.
    """
    match view:
        case TriggeredView():
            name, data = escaped(view.name), f"{base_url}/vfs/data/jobs/triggered/{escaped(view.name)}"
            own: dict[str, Any] = {
                "latest_run": run_json(view.latest_run, base_url, now) if view.latest_run else None,
                "history_url": f"{base_url}/api/triggeredwebjobs/{name}/history",
                "scheduler_logs_url": f"{data}/{SCHEDULER_LOG}" if view.has_scheduler_log else None,
            }
            return own | _common(view, view.type, base_url)
        case ContinuousView():
            own = {
                "status": view.status,
                "detailed_status": view.detailed_status,
                "log_url": f"{base_url}/vfs/data/jobs/continuous/{escaped(view.name)}/job_log.txt",
            }
            return own | _common(view, view.type, base_url)
    raise TypeError(f"{type(view).__name__}: not a view of a job; expected TriggeredView or ContinuousView")


def run_json(run: Run, base_url: str, now: datetime) -> dict[str, Any]:
    """A run as the API answers it."""
    name = escaped(run.job_name)
    data = f"{base_url}/vfs/data/jobs/triggered/{name}/{escaped(run.id)}"
    return {
        "id": run.id,
        "name": run.id,
        "status": run.status,
        "start_time": to_json(run.start),
        "end_time": to_json(run.end) if run.end else NEVER,
        "duration": to_span((run.end or now) - run.start),
        "output_url": f"{data}/{OUTPUT_FILE}" if run.output.exists() else None,
        "error_url": f"{data}/{run.error.name}" if run.error.exists() else None,
        "url": f"{base_url}/api/triggeredwebjobs/{name}/history/{escaped(run.id)}",
        "job_name": run.job_name,
        "trigger": run.trigger,
    }


def escaped(name: str) -> str:
    """A name as part of an address; a file system takes names that are no text."""
    return quote(name, errors="surrogateescape")


def _common(view: JobView, type: JobType, base_url: str) -> dict[str, Any]:
    name = escaped(view.name)
    return {
        "name": view.name,
        "run_command": view.run_command,
        "url": f"{base_url}/api/{type}webjobs/{name}",
        "extra_info_url": f"{base_url}/azurejobs/#/jobs/{type}/{name}",
        "type": str(type),
        "error": view.error,
        "using_sdk": view.using_sdk,
        "settings": dict(view.settings),
    }
