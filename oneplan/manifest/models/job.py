"""`job.yaml`, and `defaults.job` in `oneplan.yaml`."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from oneplan.manifest import intervals
from oneplan.manifest.models.base import (
    Duration,
    Named,
    Section,
    between,
    days,
    fault,
    minutes,
    readable,
    seconds,
)
from oneplan.manifest.problems import quoted
from oneplan.manifest.values import Access, ArgumentType, Instances, Priority


def _only_true(value: Any) -> Literal[True]:
    if value is not True:
        raise fault("WJ015", f"{quoted(value)} is not one of true; leave the key out instead")
    return True


def _scalar_text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case _:
            raise fault("WJ012", f"expected a single value, found {quoted(value)}")


OnlyTrue = Annotated[Literal[True], BeforeValidator(_only_true)]
ScalarText = Annotated[str, BeforeValidator(_scalar_text)]


class Trigger(Section):
    """What starts a job: exactly one of these keys."""

    every: Annotated[str, readable(intervals.every)] | None = Field(
        default=None, description="An even interval", examples=["15m"]
    )
    cron: Annotated[str, readable(intervals.cron)] | None = Field(
        default=None, description="Five fields, minute first, or six, second first", examples=['"0 6 * * *"']
    )
    queue: str | None = Field(default=None, description="A queue; the job runs for ever and reads it")
    always: OnlyTrue | None = Field(default=None, description="The job runs for ever", examples=["true"])
    manual: OnlyTrue | None = Field(default=None, description="The job is started by hand", examples=["true"])

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            known = ", ".join(type(self).model_fields)
            found = ", ".join(given) or "none"
            raise fault("WJ020", f"needs exactly one of {known}; found {found}")
        return self


class Alert(Section):
    """When to tell somebody about a job."""

    failures: Annotated[int, between(1, 1000)] | None = Field(default=None, description="Failed runs in a row")
    late: Annotated[Duration, between(minutes(1), days(366))] | None = Field(
        default=None, description="No good run for this long", examples=["45m"]
    )
    notify: tuple[str, ...] = Field(default=(), description="Groups to tell", examples=["[ops]"])


class Argument(Section):
    """One argument of a job that is started by hand."""

    name: str = Field(description="Written as --name on the command line", examples=["since"])
    type: ArgumentType = "string"
    default: ScalarText | None = None
    help: str = ""
    choices: tuple[ScalarText, ...] = ()


class JobFields(Section):
    """What a job may say and `defaults.job` may say for all."""

    app: str | None = Field(default=None, description="The app the job runs beside", examples=["worker"])
    timeout: Annotated[Duration, between(seconds(1), days(30))] | None = Field(
        default=None, description="A run is stopped after this long", examples=["10m"]
    )
    retries: Annotated[int, between(0, 20)] = Field(default=0, description="More attempts after a failed run")
    priority: Priority = Field(default="normal", description="low leaves the processor to the site")
    uses: Named[Access] = Field(default={}, description="Container, table or queue: read or write")
    sends: tuple[str, ...] = Field(default=(), description="Queues the job sends to", examples=["[thumbnails]"])
    env: Named[str] = Field(default={}, description="Environment variables of this job alone")
    stop_grace: Annotated[Duration, between(seconds(1), minutes(30))] = Field(
        default=seconds(30), description="Time to finish when the job is stopped", examples=["30s"]
    )
    instances: Instances = Field(default="one", description="Where a job that runs for ever runs")
    enabled: bool = Field(default=True, description="false: deployed, but started by nothing")
    alert: Alert = Field(default_factory=Alert, description="When to tell somebody")


class JobModel(JobFields):
    """A whole `job.yaml`."""

    stand_ins: ClassVar[Mapping[str, Any]] = {"trigger": {"manual": True}}

    name: str | None = Field(default=None, description="In place of the folder's name")
    summary: str = Field(default="", description="One line about what the job does")
    trigger: Trigger = Field(description="What starts the job", examples=["{every: 15m}"])
    command: str | None = Field(default=None, description="Shell command line", examples=["python -m stock_sync"])
    script: str | None = Field(default=None, description="A script in the folder", examples=["run.ps1"])
    arguments: tuple[Argument, ...] = Field(default=(), description="For a job that is started by hand")
