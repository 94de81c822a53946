"""A manifest that has just a plan, one app and the jobs a test is about."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from oneplan.manifest import Manifest
from oneplan.manifest.values import App, Job, Plan, Runtime, Trigger

MakeManifest = Callable[..., Manifest]


@pytest.fixture
def manifest_of() -> MakeManifest:
    """Makes a manifest from job names to schedules; None is a job that runs all day, `manual` one started by hand."""

    def make(schedules: Mapping[str, str | None], *, zone: str = "Europe/Zurich", **timeouts: int) -> Manifest:
        jobs = {name: _job(name, schedule, timeouts.get(name)) for name, schedule in schedules.items()}
        apps = {"worker": App("worker", "worker", Runtime("python", "3.13"))}
        return Manifest(Path("/p"), "dev", "local", "tempus", "x", zone, Plan("linux", "B2"), apps=apps, jobs=jobs)

    return make


def _job(name: str, schedule: str | None, timeout: int | None) -> Job:
    if schedule is None:
        trigger = Trigger("queue", queue="photos", text="queue photos")
    elif schedule == "manual":
        trigger = Trigger("manual", text="manual")
    else:
        trigger = Trigger("schedule", schedule=schedule, text=f"cron {schedule}")
    length = None if timeout is None else timedelta(minutes=timeout)
    return Job(name, Path("/p/jobs") / name, "worker", trigger, timeout=length)
