"""`oneplan.yaml`."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from oneplan.manifest.models.app import App, AppDefaults
from oneplan.manifest.models.base import Named, Section, fault
from oneplan.manifest.models.job import JobFields
from oneplan.manifest.models.kinds import Pattern
from oneplan.manifest.models.network import Network
from oneplan.manifest.models.notify import Budget, Notify
from oneplan.manifest.models.plan import Plan
from oneplan.manifest.models.storage import Container, Queue, Table
from oneplan.manifest.problems import quoted
from oneplan.manifest.values import Protected

VERSION = 1


def _version(value: Any) -> int:
    if value is True or not isinstance(value, int):
        raise fault("WJ012", f"expected the number {VERSION}, found {quoted(value)}")
    if value > VERSION:
        raise fault("WJ006", f"{value} is newer than this tool understands ({VERSION}); upgrade it")
    if value < VERSION:
        raise fault("WJ014", f"{value} is not a version; write {VERSION}")
    return value


def _location_fault(value: str) -> PydanticCustomError:
    plain = re.sub("[^a-z0-9]", "", value.lower())
    return fault("WJ015", f'{quoted(value)} is not a region\'s short name; did you mean "{plain}"?')


_LOCATION = Pattern(
    expression="[a-z][a-z0-9]*",
    code="WJ015",
    wrong="is not a region's short name",
    right="write a region's short name, such as switzerlandnorth",
    tell=_location_fault,
)
_FOLDERS = Pattern(
    expression=r"(?:[A-Za-z0-9_*?-][A-Za-z0-9_.*?-]*/)*[A-Za-z0-9_*?-][A-Za-z0-9_.*?-]*",
    code="WJ012",
    wrong="is not a pattern of folders inside the project",
    right="write one such as jobs/*",
)


class Defaults(Section):
    """What holds unless a job or an app says otherwise."""

    job: JobFields = Field(
        default_factory=JobFields, description="What holds for every job.", examples=["{app: worker, timeout: 10m}"]
    )
    app: AppDefaults = Field(
        default_factory=AppDefaults, description="What holds for every app.", examples=["{health: /healthz}"]
    )


class Project(Section):
    """The whole file; the entries of its named maps are checked one by one, so that all problems show."""

    stand_ins: ClassVar[Mapping[str, Any]] = {
        "version": VERSION,
        "name": "unknown",
        "location": "unknown",
        "plan": {"sku": "B1"},
    }

    version: Annotated[int, BeforeValidator(_version), WithJsonSchema({"const": VERSION})] = Field(
        description="The version of this form.", examples=["1"]
    )
    name: str = Field(description="The prefix of every Azure name.", examples=["tempus"])
    location: Annotated[str, _LOCATION] = Field(
        description="The Azure region of all resources, by its short name.", examples=["switzerlandnorth", "westeurope"]
    )
    time_zone: str = Field(
        default="Etc/UTC", description="Schedules are read in this IANA time zone.", examples=["Europe/Zurich"]
    )
    tags: Named[str] = Field(
        default_factory=dict, description="Tags of every resource.", examples=["{owner: web-team}"]
    )
    plan: Plan = Field(
        description="The one App Service plan that all apps and jobs share.", examples=["{os: linux, sku: B2}"]
    )
    defaults: Defaults = Field(
        default_factory=Defaults,
        description="What holds unless a job or an app says otherwise.",
        examples=["{job: {app: worker}}"],
    )
    apps: Named[App] = Field(
        default_factory=dict,
        description="The apps on the plan, by name.",
        examples=["{worker: {kind: worker, runtime: python:3.13}}"],
    )
    queues: Named[Queue] = Field(
        default_factory=dict,
        description="Storage queues, by name; each has a poison queue too.",
        examples=["{thumbnails: {}}"],
    )
    containers: Named[Container] = Field(
        default_factory=dict, description="Blob containers, by name.", examples=["{photos: {}}"]
    )
    tables: Named[Table] = Field(
        default_factory=dict, description="Storage tables, by name.", examples=["{products: {}}"]
    )
    notify: Named[Notify] = Field(
        default_factory=dict,
        description="Groups of people to tell, by name.",
        examples=["{ops: {email: ops@example.com}}"],
    )
    budget: Budget | None = Field(
        default=None,
        description="What everything together may cost in a month.",
        examples=["{monthly: 150, currency: CHF, notify: [ops]}"],
    )
    network: Network | None = Field(
        default=None,
        description="The virtual network that the apps reach others by, and what is private in it.",
        examples=["{range: 10.20.0.0/24, apps: 10.20.0.0/26, endpoints: 10.20.0.64/27, private: [storage]}"],
    )
    protect: tuple[Protected, ...] = Field(
        default=(),
        description="What nobody deletes by mistake: locked in Azure and protected in Pulumi, with all that is in it.",
        examples=["[storage, vault]"],
    )
    jobs: tuple[Annotated[str, _FOLDERS], ...] = Field(
        default=("jobs/*",),
        description="Patterns of the folders that hold a `job.yaml`; a job itself is declared there.",
        examples=["[jobs/*]"],
    )
