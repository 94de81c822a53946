"""`job.yaml`, and `defaults.job` in `oneplan.yaml`."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from oneplan.manifest import intervals
from oneplan.manifest.models.base import Named, Section, fault
from oneplan.manifest.models.kinds import (
    DURATION_SCHEMA,
    Between,
    Duration,
    Memory,
    OnlyTrue,
    ScalarText,
    Secret,
    days,
    minutes,
    readable,
    seconds,
)
from oneplan.manifest.values import Access, ArgumentType, Instances, Priority

CRON_SCHEMA = {
    "type": "string",
    "pattern": "^ *[^ ]+( +[^ ]+){4,5} *$",
    "patternErrorMessage": 'Write five fields (minute hour day month weekday) or six (second first): "0 6 * * *"',
}

TRIGGERS = ("every", "cron", "queue", "always", "manual")
SCHEDULES = ("every", "cron")


class Trigger(Section):
    """What starts a job: one of every, cron, queue, always or manual."""

    every: Annotated[str, *readable(intervals.every, DURATION_SCHEMA)] | None = Field(
        default=None,
        description="The job starts at an even interval, which must divide a minute, an hour or a day.",
        examples=["15m", "1h", "1d"],
    )
    cron: Annotated[str, *readable(intervals.cron, CRON_SCHEMA)] | None = Field(
        default=None,
        description="A schedule of five fields (minute hour day month weekday) or six (second first).",
        examples=['"0 6 * * *"', '"*/10 8-18 * * 1-5"'],
    )
    queue: str | None = Field(
        default=None, description="The job runs for ever and reads this queue.", examples=["thumbnails"]
    )
    always: OnlyTrue | None = Field(
        default=None, description="The job runs for ever; App Service starts it again when it ends.", examples=["true"]
    )
    manual: OnlyTrue | None = Field(
        default=None, description="The job is started by hand, with its arguments.", examples=["true"]
    )
    time_zone: str | None = Field(
        default=None,
        description="The IANA time zone of the schedule; jobs of one app share one, unless `zone_guard` is set.",
        examples=["Europe/Zurich"],
    )
    zone_guard: bool = Field(
        default=False,
        description="The job is scheduled at every hour it may be in its own zone and leaves at once when it is not.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in TRIGGERS if getattr(self, name) is not None]
        if len(given) != 1:
            raise fault("WJ020", f"needs exactly one of {', '.join(TRIGGERS)}; found {', '.join(given) or 'none'}")
        if given[0] in SCHEDULES:
            return self
        for key in ("time_zone", "zone_guard"):
            if key in self.model_fields_set:
                raise fault("WJ020", f"{key} needs every or cron beside it, and this is {given[0]}; remove it")
        return self


class Alert(Section):
    """When to tell somebody about a job."""

    failures: Annotated[int, Between(1, 1000)] | None = Field(
        default=None, description="Tell after this many failed runs in a row.", examples=["1"]
    )
    late: Annotated[Duration, Between(minutes(1), days(366))] | None = Field(
        default=None, description="Tell when there was no good run for this long.", examples=["45m"]
    )
    notify: tuple[str, ...] = Field(default=(), description="The notify groups to tell.", examples=["[ops]"])


@cache
def _no_alert() -> Alert:
    """Made once: a frozen model may be shared by a thousand jobs."""
    return Alert()


class Argument(Section):
    """One argument of a job that is started by hand."""

    stand_ins: ClassVar[Mapping[str, Any]] = {"name": "unknown"}

    name: str = Field(description="The argument is written as `--name` on the command line.", examples=["since"])
    type: ArgumentType = Field(
        default="string", description="Values of another type are refused before the job starts."
    )
    default: ScalarText | None = Field(
        default=None, description="The value when the argument is left out.", examples=["all"]
    )
    help: str = Field(default="", description="One line for the command's help.", examples=["One brand, or all"])
    choices: tuple[ScalarText, ...] = Field(
        default=(), description="The values that are accepted; any when left out.", examples=["[omega, tissot]"]
    )
    required: bool = Field(default=False, description="The job does not start without this argument.")


class JobFields(Section):
    """What a job may say and `defaults.job` may say for all."""

    app: str | None = Field(default=None, description="The app the job runs beside.", examples=["worker"])
    build: str | None = Field(
        default=None,
        description="A command that is run in the job's folder before it is packed.",
        examples=["npm ci --omit=dev"],
    )
    timeout: Annotated[Duration, Between(seconds(1), days(30))] | None = Field(
        default=None, description="A run is stopped after this long.", examples=["10m"]
    )
    retries: Annotated[int, Between(0, 20)] = Field(
        default=0, description="A failed run is tried this many times again.", examples=["2"]
    )
    priority: Priority = Field(default="normal", description="A job of low priority leaves the processor to the site.")
    memory: Memory | None = Field(
        default=None,
        description="The memory a run needs, as a hint: the sum is compared with the plan's.",
        examples=["256MB", "1GB"],
    )
    uses: Named[Access] = Field(
        default_factory=dict,
        description="The containers, tables and queues the job may read or write.",
        examples=["{photos: read}"],
    )
    sends: tuple[str, ...] = Field(default=(), description="The queues the job sends to.", examples=["[thumbnails]"])
    env: Named[str] = Field(
        default_factory=dict, description="Environment variables of this job alone.", examples=["{LOG_LEVEL: info}"]
    )
    secrets: Named[Secret] = Field(
        default_factory=dict,
        description="Secret variables, `vault:<name>` or `stack:<key>`; the job's app sees them too.",
        examples=["{API_KEY: vault:api-key}"],
    )
    stop_grace: Annotated[Duration, Between(seconds(1), minutes(30))] = Field(
        default=seconds(30), description="The time the job has to finish when it is stopped.", examples=["30s"]
    )
    instances: Instances = Field(
        default="one", description="A job that runs for ever runs on one machine of the plan, or on all."
    )
    enabled: bool = Field(default=True, description="A job that is not enabled is deployed, but nothing starts it.")
    alert: Alert = Field(
        default_factory=_no_alert,
        description="When to tell somebody about the job.",
        examples=["{failures: 1, notify: [ops]}"],
    )


class JobModel(JobFields):
    """A whole `job.yaml`."""

    stand_ins: ClassVar[Mapping[str, Any]] = {"trigger": {"manual": True}}

    name: str | None = Field(
        default=None, description="The job's name, in place of its folder's.", examples=["stock-sync"]
    )
    summary: str = Field(
        default="", description="One line about what the job does.", examples=["Mail yesterday's sales to the owner"]
    )
    trigger: Trigger = Field(description="What starts the job.", examples=["{every: 15m}"])
    command: str | None = Field(
        default=None, description="The shell command line that is run.", examples=["python -m stock_sync"]
    )
    script: str | None = Field(
        default=None,
        description="A script in the job's folder that is run in place of a command.",
        examples=["run.ps1"],
    )
    arguments: tuple[Argument, ...] = Field(
        default=(),
        description="What may be said when the job is started by hand.",
        examples=["[{name: since, type: date}]"],
    )
