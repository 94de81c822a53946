"""App Service's WebJobs engine for one HOME folder: discovery, runs, schedules, logs, history.

It behaves as Kudu's engine does (https://github.com/projectkudu/kudu, Kudu.Core/Jobs) and stands alone: give
it a folder and an environment. `emulator.webjobs.api` puts Kudu's REST paths in front of it.
"""

from emulator.webjobs.clock import Clock, SystemClock
from emulator.webjobs.engine import Engine
from emulator.webjobs.errors import JobConflict, JobNotFound, JobsError, JobStartError, UploadRefused
from emulator.webjobs.history import Run, RunStatus
from emulator.webjobs.job import JobType
from emulator.webjobs.options import EngineOptions
from emulator.webjobs.process import Launcher, Process, SystemLauncher
from emulator.webjobs.status import ContinuousStatus
from emulator.webjobs.views import ContinuousView, JobView, TriggeredView, job_json, run_json

__all__ = [
    "Clock",
    "ContinuousStatus",
    "ContinuousView",
    "Engine",
    "EngineOptions",
    "JobConflict",
    "JobNotFound",
    "JobStartError",
    "JobType",
    "JobView",
    "JobsError",
    "Launcher",
    "Process",
    "Run",
    "RunStatus",
    "SystemClock",
    "SystemLauncher",
    "TriggeredView",
    "UploadRefused",
    "job_json",
    "run_json",
]
