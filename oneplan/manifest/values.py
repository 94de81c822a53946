"""The manifest as frozen values: what every later stage reads.

Nothing here knows YAML. Names are the manifest's own keys; Azure's names come from `oneplan.manifest.names`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from oneplan.errors import Problem
from oneplan.manifest import names

Access = Literal["read", "write"]
AppKind = Literal["web", "api", "mobile", "functions", "worker"]
ArgumentType = Literal["string", "int", "number", "bool", "date"]
Instances = Literal["one", "all"]
JobType = Literal["continuous", "triggered"]
OperatingSystem = Literal["linux", "windows"]
Priority = Literal["low", "normal"]
SlotJobs = Literal["stopped", "running"]
Target = Literal["local", "azure"]
TriggerKind = Literal["schedule", "queue", "always", "manual"]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Plan:
    """The one App Service plan that all apps and jobs share."""

    os: OperatingSystem
    sku: str
    instances: int = 1


@dataclass(frozen=True, slots=True)
class Runtime:
    """The language stack of an app; language `image` means a container, and version its reference."""

    language: str
    version: str

    def __str__(self) -> str:
        return f"{self.language}:{self.version}"


@dataclass(frozen=True, slots=True)
class Slot:
    """A deployment slot of an app, and whether jobs run in it."""

    jobs: SlotJobs = "stopped"


@dataclass(frozen=True, slots=True)
class App:
    """A web app on the plan; a `worker` has no site code and carries jobs only."""

    name: str
    kind: AppKind
    runtime: Runtime
    source: Path | None = None
    """Absolute folder of the site's code."""
    command: str | None = None
    health: str | None = None
    env: Mapping[str, str] = field(default_factory=_nothing)
    """Values may hold references; `references.parse` splits them."""
    sends: tuple[str, ...] = ()
    uses: Mapping[str, Access] = field(default_factory=_nothing)
    """Container, table or queue name to access."""
    secrets: Mapping[str, str] = field(default_factory=_nothing)
    """Variable to `vault:<name>` or `stack:<key>`."""
    slots: Mapping[str, Slot] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a job."""

    kind: TriggerKind
    schedule: str | None = None
    """Six-field NCRONTAB text, when the kind is `schedule`."""
    queue: str | None = None
    """Queue name, when the kind is `queue`."""
    text: str = ""
    """As the user wrote it, such as `every 15m`."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One typed argument of a job that is started by hand."""

    name: str
    type: ArgumentType = "string"
    default: str | None = None
    help: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A background job that runs beside its app."""

    name: str
    folder: Path
    """Absolute folder of `job.yaml` and the job's code."""
    app: str
    trigger: Trigger
    summary: str = ""
    command: str | None = None
    script: str | None = None
    timeout: timedelta | None = None
    retries: int = 0
    priority: Priority = "normal"
    uses: Mapping[str, Access] = field(default_factory=_nothing)
    sends: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=_nothing)
    arguments: tuple[Argument, ...] = ()
    stop_grace: timedelta = timedelta(seconds=30)
    instances: Instances = "one"
    enabled: bool = True
    alert: Mapping[str, Any] = field(default_factory=_nothing)
    """`failures` (int), `late` (timedelta) and `notify` (tuple of groups), those that were given."""

    @property
    def type(self) -> JobType:
        """The WebJob type: continuous for `queue` and `always`, triggered otherwise."""
        return "continuous" if self.trigger.kind in ("queue", "always") else "triggered"


@dataclass(frozen=True, slots=True)
class Queue:
    """A storage queue; a message that fails `attempts` times moves to its poison queue."""

    name: str
    attempts: int = 5
    lease: timedelta = timedelta(minutes=5)
    keep: timedelta = timedelta(days=7)

    @property
    def poison(self) -> str:
        """Name of the queue for messages that were given up."""
        return names.poison(self.name)


@dataclass(frozen=True, slots=True)
class Container:
    """A blob container; `public` lets anyone read its blobs."""

    name: str
    public: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A storage table under the manifest's name; Azure's is `names.table(name)`."""

    name: str


@dataclass(frozen=True, slots=True)
class Notify:
    """A group of people who are told when something goes wrong."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything one stack declares, merged and checked."""

    root: Path
    stack: str
    target: Target
    name: str
    location: str
    time_zone: str
    plan: Plan
    tags: Mapping[str, str] = field(default_factory=_nothing)
    apps: Mapping[str, App] = field(default_factory=_nothing)
    jobs: Mapping[str, Job] = field(default_factory=_nothing)
    queues: Mapping[str, Queue] = field(default_factory=_nothing)
    containers: Mapping[str, Container] = field(default_factory=_nothing)
    tables: Mapping[str, Table] = field(default_factory=_nothing)
    notify: Mapping[str, Notify] = field(default_factory=_nothing)
    warnings: tuple[Problem, ...] = ()
    """What is doubtful in the files and stopped nothing, sorted by place."""

    def jobs_of(self, app: str) -> tuple[Job, ...]:
        """Returns the jobs that run beside an app, in the manifest's order."""
        return tuple(job for job in self.jobs.values() if job.app == app)
