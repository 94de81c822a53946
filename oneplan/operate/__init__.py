"""Talks to what is running: one client for the local Azure and for Azure.

ARM for control, SCM (Kudu) for jobs and logs, the storage service for queues. Blocking, and safe to use
from threads.

    plane = connect(load(root, "dev"))
    plane.status()
"""

from oneplan.operate.connect import connect
from oneplan.operate.daemon import Daemon, State
from oneplan.operate.logs import continuous_log, run_log, wait_for_run
from oneplan.operate.plane import Connection, Plane
from oneplan.operate.readiness import Readiness, wait_until_ready
from oneplan.operate.starter import Starter
from oneplan.operate.values import Job, Queue, Run, Site, SiteState, Status, Use

__all__ = [
    "Connection",
    "Daemon",
    "Job",
    "Plane",
    "Queue",
    "Readiness",
    "Run",
    "Site",
    "SiteState",
    "Starter",
    "State",
    "Status",
    "Use",
    "connect",
    "continuous_log",
    "run_log",
    "wait_for_run",
    "wait_until_ready",
]
