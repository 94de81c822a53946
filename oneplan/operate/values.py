"""What runs, as values: apps, jobs, runs and queues, in App Service's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JobType = Literal["continuous", "triggered"]

UNFINISHED = frozenset({"Initializing", "Running"})
"""Run statuses after which something still happens; every other one is final."""


@dataclass(frozen=True)
class Site:
    """One App Service site of the stack, as Azure Resource Manager describes it."""

    id: str
    name: str
    """The physical name, for example `tempus-dev-storefront-x7k2p`."""
    app: str
    """The app's name in the manifest, from the site's `oneplan-app` tag."""
    url: str
    scm_url: str
    state: str
    """`Running` or `Stopped`."""


@dataclass(frozen=True)
class Run:
    """One run of a triggered job."""

    id: str
    status: str
    """`Initializing`, `Running`, `Success`, `Failed`, `Stopped` or `Aborted`."""
    start: datetime | None
    end: datetime | None
    """None while it runs."""
    trigger: str
    """Who started it, for example `Schedule - 0 0 6 * * *`."""
    output_url: str | None
    """Where its log is; None before the first line."""
    error_url: str | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing will change any more."""
        return self.status not in UNFINISHED


@dataclass(frozen=True)
class Job:
    """One WebJob on a site."""

    name: str
    app: str
    type: JobType
    state: str
    """Continuous: Kudu's status (`Running`, `PendingRestart`, `Stopped`, …). Triggered jobs have none of
    their own; they get the portal's words: `Running`, else `Ready`, or `Disabled` when the site is off or the manifest
    says `enabled: false`."""
    schedule: str | None
    """Six-field NCRONTAB, as `settings.job` holds it."""
    last_run: Run | None
    next_run: datetime | None
    """When the schedule fires next, in the owner's zone."""
    log_url: str | None
    """The log of a continuous job."""


@dataclass(frozen=True)
class Queue:
    """One queue of the stack."""

    name: str
    url: str
    messages: int | None
    """The service's approximate count; None when it could not be asked."""
    oldest: datetime | None = None
    """When the first message that can be seen was put in; None without one."""


@dataclass(frozen=True)
class Status:
    """Everything that runs of one stack."""

    apps: tuple[Site, ...]
    jobs: tuple[Job, ...]
    queues: tuple[Queue, ...]
    problems: tuple[str, ...] = ()
    """What could not be asked, one message each; the rest is still right."""
    untold: tuple[str, ...] = ()
    """Apps whose jobs could not be asked."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """The deploy key of each app's newest package, by app; without those of which Azure does not tell one."""
    by_hand: Mapping[str, datetime] = field(default_factory=dict)
    """When something was deployed to an app after that, and not by `oneplan up`, by app."""


@dataclass(frozen=True)
class Use:
    """What the processes of an app, or of one of its jobs, use of this machine (`/api/oneplan/load`)."""

    job: str | None
    """None for the app itself."""
    cpu_seconds: float
    """Since the processes that live now began."""
    memory: int
    """Bytes in main memory."""


@dataclass(frozen=True)
class SiteState:
    """How the process of a local site does (`/api/oneplan/state`, which exists on this machine only)."""

    state: str
    pid: int | None
    last_exit: int | None
    """Exit code of the process that ended last."""
    last_error: str | None
    restarts: int
    log_tail: tuple[str, ...]

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> SiteState:
        """Reads the answer; missing fields count as nothing known."""
        tail = body.get("log_tail") or ()
        return cls(
            state=str(body.get("state", "Unknown")),
            pid=body.get("pid"),
            last_exit=body.get("last_exit"),
            last_error=body.get("last_error"),
            restarts=int(body.get("restarts") or 0),
            log_tail=tuple(tail.splitlines() if isinstance(tail, str) else tail),
        )
