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
Currency = Literal["USD", "EUR", "CHF", "GBP"]
Instances = Literal["one", "all"]
JobType = Literal["continuous", "triggered"]
OperatingSystem = Literal["linux", "windows"]
Package = Literal["zip", "mount"]
Priority = Literal["low", "normal"]
PrivatePart = Literal["storage", "packages", "vault"]
Protected = Literal["plan", "storage", "packages", "vault"]
SlotJobs = Literal["stopped", "running"]
Target = Literal["local", "azure"]
TriggerKind = Literal["schedule", "queue", "always", "manual"]
ZoneOwner = Literal["own", "elsewhere"]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Autoscale:
    """How the number of machines follows the load; `cpu` is the percentage above which one is added."""

    min: int
    max: int
    cpu: int = 70


@dataclass(frozen=True, slots=True)
class Plan:
    """The one App Service plan that all apps and jobs share."""

    os: OperatingSystem
    sku: str
    instances: int = 1
    autoscale: Autoscale | None = None
    zone_redundant: bool = False
    azure: Mapping[str, Any] = field(default_factory=_nothing)
    """Raw arguments of `web.AppServicePlan`, maps and lists frozen."""


@dataclass(frozen=True, slots=True)
class Network:
    """A virtual network; with `range` it is made, and the subnets are ranges in it, else they are resource ids."""

    apps: str
    """Subnet by which all apps reach others."""
    range: str | None = None
    endpoints: str | None = None
    """Subnet of the private endpoints."""
    private: tuple[PrivatePart, ...] = ()
    """What is reached through private endpoints only."""
    dns: ZoneOwner = "own"


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
    env: Mapping[str, str] = field(default_factory=_nothing)
    """App settings that differ in the slot."""


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
    """Variable to `vault:<name>` or `stack:<key>`; those of the app's jobs are among them."""
    slots: Mapping[str, Slot] = field(default_factory=_nothing)
    domains: tuple[str, ...] = ()
    """Host names; they may hold `${name}` and `${stack}`."""
    cors: tuple[str, ...] = ()
    time_zone: str | None = None
    """Where the app says one; see `Manifest.zone_of`."""
    memory: int | None = None
    """Megabytes, as a hint."""
    package: Package = "zip"
    tags: Mapping[str, str] = field(default_factory=_nothing)
    """Beside the manifest's own."""
    private: bool = False
    """Whether the site is reached through a private endpoint only."""
    access: Mapping[str, str] = field(default_factory=_nothing)
    """Who may call the site, by a name each: a range, a service tag or a subnet's id; anybody where there is none."""
    registry: str | None = None
    """Resource id of the container registry that the image is pulled from with the app's identity."""
    azure: Mapping[str, Any] = field(default_factory=_nothing)
    """Raw arguments of `web.WebApp`, maps and lists frozen."""


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
    time_zone: str | None = None
    """Where the trigger says one."""
    zone_guard: bool = False
    """Whether the schedule covers every hour the job's zone may be at, and a run in the wrong hour ends at once."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One typed argument of a job that is started by hand."""

    name: str
    type: ArgumentType = "string"
    default: str | None = None
    help: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


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
    build: str | None = None
    """Run in the folder before it is packed."""
    memory: int | None = None
    """Megabytes, as a hint."""
    secrets: Mapping[str, str] = field(default_factory=_nothing)
    """Variable to `vault:<name>` or `stack:<key>`; they are settings of the job's app."""

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
    delay: timedelta = timedelta(0)
    """A new message can be read only after this long."""
    alert: Mapping[str, Any] = field(default_factory=_nothing)
    """`poison` (int), `oldest` (timedelta) and `notify` (tuple of groups), those that were given."""

    @property
    def poison(self) -> str:
        """Name of the queue for messages that were given up."""
        return names.poison(self.name)


@dataclass(frozen=True, slots=True)
class Container:
    """A blob container; `public` lets anyone read its blobs."""

    name: str
    public: bool = False
    keep: timedelta | None = None
    """Blobs are deleted this long after their last change; whole days."""


@dataclass(frozen=True, slots=True)
class Table:
    """A storage table under the manifest's name; Azure's is `names.table(name)`."""

    name: str


@dataclass(frozen=True, slots=True)
class Notify:
    """A group of people who are told when something goes wrong; it has one address at least."""

    name: str
    emails: tuple[str, ...] = ()
    webhook: str | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What everything together may cost in a month."""

    monthly: float
    currency: Currency = "USD"
    notify: tuple[str, ...] = ()


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
    budget: Budget | None = None
    network: Network | None = None
    protect: tuple[Protected, ...] = ()
    """What is locked in Azure and protected in Pulumi."""
    follows_links: bool = False
    """Whether a folder of an app is another one than its name says: a link leads there, or a step upwards."""
    warnings: tuple[Problem, ...] = ()
    """What is doubtful in the files and stopped nothing, sorted by place."""

    def zone_of(self, app: str) -> str:
        """Returns the IANA zone in which App Service reads the schedules of an app.

        The app's own; else the one its jobs name, of those that are not guarded; else the manifest's.
        """
        named = (job.trigger.time_zone for job in self.jobs_of(app) if not job.trigger.zone_guard)
        return self.apps[app].time_zone or next(filter(None, named), self.time_zone)

    def jobs_of(self, app: str) -> tuple[Job, ...]:
        """Returns the jobs that run beside an app, in the manifest's order."""
        return tuple(job for job in self.jobs.values() if job.app == app)
