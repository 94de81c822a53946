"""`oneplan.yaml`."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from oneplan.manifest.models.base import Duration, Named, Section, between, days, fault, minutes, seconds
from oneplan.manifest.models.job import JobFields
from oneplan.manifest.problems import quoted
from oneplan.manifest.values import Access, AppKind, OperatingSystem, SlotJobs

VERSION = 1
LANGUAGES = ("python", "node", "dotnet", "php", "java", "image")

_SKU = re.compile(
    r"(F1|D1|B[1-3]|S[1-3]|P[1-3]v2|P[0-3]v3|P[1-5]mv3|P[0-3]v4|P[1-5]mv4|I[1-6]v2|I[1-5]mv2|I[1-6]v4|I[1-5]mv4)",
    re.IGNORECASE,
)
_RUNTIME = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9._/:@-]*")


def _version(value: Any) -> int:
    if value is True or not isinstance(value, int):
        raise fault("WJ012", f"expected the number {VERSION}, found {quoted(value)}")
    if value > VERSION:
        raise fault("WJ006", f"{value} is newer than this tool understands ({VERSION}); upgrade it")
    if value < VERSION:
        raise fault("WJ014", f"{value} is not a version; write {VERSION}")
    return value


def _sku(value: str) -> str:
    if not _SKU.fullmatch(value):
        raise fault("WJ015", f'"{value}" is not a plan size; write one such as B1, S1, P0v3 or P1v3')
    return value


def _location(value: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9]*", value):
        plain = re.sub("[^a-z0-9]", "", value.lower())
        raise fault("WJ015", f'"{value}" is not a region\'s short name; did you mean "{plain}"?')
    return value


def _runtime(value: str) -> str:
    language = value.partition(":")[0]
    if not _RUNTIME.fullmatch(value):
        raise fault("WJ012", f'"{value}" is not a runtime; write language:version, such as python:3.13')
    if language not in LANGUAGES:
        raise fault("WJ015", f'"{language}" is not one of {", ".join(LANGUAGES)}')
    return value


def _health(value: str) -> str:
    if not re.fullmatch(r"/[^\s]*", value):
        raise fault("WJ012", f'"{value}" is not a path of the site; begin it with a slash, such as /healthz')
    return value


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", value):
        raise fault("WJ083", f'"{value}" is not a mail address; write one such as ops@example.com')
    return value


class Plan(Section):
    """The shared App Service plan."""

    os: OperatingSystem = Field(default="linux", description="Operating system of the plan")
    sku: Annotated[str, AfterValidator(_sku)] = Field(description="Size of the plan", examples=["B2"])
    instances: Annotated[int, between(1, 100)] = Field(default=1, description="How many machines")


class Slot(Section):
    """A deployment slot."""

    jobs: SlotJobs = Field(default="stopped", description="Whether jobs run in the slot")


class App(Section):
    """A web app, API, or a worker that carries jobs only."""

    stand_ins: ClassVar[Mapping[str, Any]] = {"kind": "web", "runtime": "image:unknown"}

    kind: AppKind = Field(description="What the app is", examples=["web"])
    source: str | None = Field(default=None, description="Folder of the code", examples=["apps/storefront"])
    runtime: Annotated[str, AfterValidator(_runtime)] = Field(description="language:version", examples=["python:3.13"])
    command: str | None = Field(default=None, description="How the site starts")
    health: Annotated[str, AfterValidator(_health)] | None = Field(default=None, description="Path that is asked")
    env: Named[str] = Field(default={}, description="App settings, seen by the site and its jobs")
    sends: tuple[str, ...] = Field(default=(), description="Queues the app sends to", examples=["[thumbnails]"])
    uses: Named[Access] = Field(default={}, description="Container, table or queue: read or write")
    secrets: Named[str] = Field(default={}, description="vault:<name> or stack:<key>")
    slots: Named[Slot] = Field(default={}, description="Deployment slots")


class Queue(Section):
    """A storage queue and its poison queue."""

    attempts: Annotated[int, between(1, 100)] = Field(default=5, description="Then the message is poison")
    lease: Annotated[Duration, between(seconds(1), days(7))] = Field(
        default=minutes(5), description="Hidden from other readers for this long", examples=["5m"]
    )
    keep: Annotated[Duration, between(minutes(1), days(366))] = Field(
        default=days(7), description="A message that nobody reads is dropped after this long", examples=["7d"]
    )


class Container(Section):
    """A blob container."""

    public: bool = Field(default=False, description="Anyone may read its blobs")


class Table(Section):
    """A storage table; nothing to say about it yet."""


class Notify(Section):
    """A group to tell."""

    stand_ins: ClassVar[Mapping[str, Any]] = {"email": "unknown@example.com"}

    email: Annotated[str, AfterValidator(_email)] = Field(
        description="Mail address of the group", examples=["ops@example.com"]
    )


class Defaults(Section):
    """What holds unless a job says otherwise."""

    job: JobFields = Field(default_factory=JobFields, description="For every job")


class Project(Section):
    """The whole file; the entries of its named maps are checked one by one, so that all problems show."""

    stand_ins: ClassVar[Mapping[str, Any]] = {
        "version": VERSION,
        "name": "unknown",
        "location": "unknown",
        "plan": {"sku": "B1"},
    }

    version: Annotated[int, BeforeValidator(_version)] = Field(description="Version of this form", examples=["1"])
    name: str = Field(description="Prefix of every Azure name", examples=["tempus"])
    location: Annotated[str, AfterValidator(_location)] = Field(
        description="Azure region", examples=["switzerlandnorth"]
    )
    time_zone: str = Field(default="Etc/UTC", description="Schedules are read in this zone")
    tags: Named[str] = Field(default={}, description="Tags of every resource")
    plan: Plan = Field(description="The shared plan", examples=["{os: linux, sku: B2}"])
    defaults: Defaults = Field(default_factory=Defaults, description="For every job")
    apps: Named[App] = Field(default={}, description="The apps on the plan")
    queues: Named[Queue] = Field(default={}, description="Storage queues")
    containers: Named[Container] = Field(default={}, description="Blob containers")
    tables: Named[Table] = Field(default={}, description="Storage tables")
    notify: Named[Notify] = Field(default={}, description="Who to tell")
