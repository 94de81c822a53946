"""Which queue a name means, and how it is read: the address and options that the plan gave in the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from jobhost.backoff import Backoff
from jobhost.encoding import Encoding
from jobhost.errors import StartError
from jobhost.options import dotnet_defaults, overrides
from jobhost.rate import Rate

GRACE_SECONDS_WITHOUT_SETTINGS = 5.0
"""What Kudu waits before it kills a continuous job that names no `stopping_wait_time`."""
GRACE_MARGIN_SECONDS = 1.0
"""How much earlier than the platform's kill the host gives its messages back."""
DELIVERIES_BEYOND_ATTEMPTS = 3
"""Deliveries whose process died do not count as attempts, but they end somewhere."""
CONNECTION = "AzureWebJobsStorage"
"""The setting with a connection string, for hosts outside of a plan; `__accountName` and the like go without a key."""
_QUEUE_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class QueueSettings:
    """One queue and how it is read."""

    name: str
    url: str
    """The address; the bare name when a connection string opens it."""
    poison_url: str | None
    """Where messages go that failed every attempt; None when there is no such queue."""
    max_attempts: int = 5
    lease: timedelta = timedelta(minutes=5)
    max_deliveries: int = 0
    """How often a message is handed out at most, the deliveries included that ended with the process."""
    concurrency: int = 1
    dynamic: bool = False
    batch_size: int = 16
    timeout: timedelta | None = None
    retry: Backoff = field(default_factory=Backoff)
    max_poll: timedelta = timedelta(seconds=10)
    rate: Rate | None = None
    encoding: Encoding = "auto"
    on_invalid: str = "poison"
    enabled: bool = True
    lock_wait: timedelta = timedelta(seconds=60)

    def __post_init__(self) -> None:
        if not self.max_deliveries:
            object.__setattr__(self, "max_deliveries", self.max_attempts + DELIVERIES_BEYOND_ATTEMPTS)

    def shown(self) -> dict[str, object]:
        """The effective values, for the log."""
        return {
            known.name: _shown(getattr(self, known.name))
            for known in fields(self)
            if known.name not in {"url", "poison_url"} and getattr(self, known.name) is not None
        }


def _shown(value: object) -> object:
    match value:
        case timedelta():
            return value.total_seconds()
        case Rate():
            return value.text
        case Backoff():
            return f"{value.base.total_seconds():g}s..{value.cap.total_seconds():g}s"
        case _:
            return value


def queue_settings(
    name: str,
    environment: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
    usual_encoding: Encoding = "auto",
) -> QueueSettings:
    """The settings of the queue `name`; `options` are the decorator's, `usual_encoding` is what the handler reads.

    Raises:
        StartError: an expected variable is missing, or a value is not one.
    """
    prefix = f"QUEUE_{name.upper().replace('-', '_')}"
    places = _places(name, prefix, environment)
    planned: dict[str, Any] = {}
    if environment.get(f"{prefix}_ATTEMPTS"):
        planned["max_attempts"] = _positive(environment, f"{prefix}_ATTEMPTS", 5)
    if environment.get(f"{prefix}_LEASE_SECONDS"):
        planned["lease"] = timedelta(seconds=_positive(environment, f"{prefix}_LEASE_SECONDS", 300))
    usual = {"encoding": usual_encoding} | dotnet_defaults(environment)
    if usual_encoding == "auto":
        usual["encoding"] = usual_encoding  # reads both of what .NET may say
    found = QueueSettings(**places, **(usual | planned | dict(options or {}) | overrides(name, environment)))
    if found.max_deliveries < found.max_attempts:
        raise StartError(
            f"queue {name!r}: max_deliveries {found.max_deliveries} is less than max_attempts; "
            f"expected {found.max_attempts} or more"
        )
    return found


def _places(name: str, prefix: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The queue's name, address and poison address."""
    url = environment.get(f"{prefix}_URL", "")
    if url:
        real = environment.get(f"{prefix}_NAME") or name
        return {"name": real, "url": url, "poison_url": environment.get(f"{prefix}_POISON_URL") or None}
    poison = poison_name(name)
    if environment.get(CONNECTION):
        return {"name": name, "url": name, "poison_url": poison}
    service = service_url("queue", environment)
    if service is None:
        raise StartError(
            f"{prefix}_URL: is not set; it is when the job's job.yaml says `trigger: {{queue: {name}}}`, and outside "
            "of a plan AzureWebJobsStorage takes its place"
        )
    return {"name": name, "url": f"{service}/{name}", "poison_url": poison and f"{service}/{poison}"}


def service_url(service: str, environment: Mapping[str, str]) -> str | None:
    """Where the account's `queue` or `blob` service is, for the identity to open; None when nothing says so.

    As .NET hosts name it: `AzureWebJobsStorage__queueServiceUri`, or `AzureWebJobsStorage__accountName`.
    """
    if uri := environment.get(f"{CONNECTION}__{service}ServiceUri"):
        return uri.rstrip("/")
    account = environment.get(f"{CONNECTION}__accountName")
    return f"https://{account}.{service}.core.windows.net" if account else None


def is_queue_name(name: str) -> bool:
    """Whether the service allows the name: 3 to 63 small letters, digits and single dashes."""
    return _QUEUE_NAME.fullmatch(name) is not None


def poison_name(queue: str) -> str | None:
    """The poison queue of a queue; None for a poison queue, and where the name would be too long, as in the SDK."""
    name = f"{queue}-poison"
    return None if queue.endswith("-poison") or not is_queue_name(name) else name


def _positive(environment: Mapping[str, str], variable: str, default: int) -> int:
    text = environment.get(variable) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise StartError(f"{variable}: {text!r} is not a count; expected a whole number from 1, for example {default}")
    return int(text)


def is_disabled(function: str, environment: Mapping[str, str]) -> bool:
    """Whether `AzureWebJobs_<function>_Disabled` (also with dots) says so, as for a .NET host."""
    wanted = f"azurewebjobs_{function}_disabled".lower()
    return any(
        key.lower().replace(".", "_") == wanted and text.lower() in {"1", "true"} for key, text in environment.items()
    )


def host_id(environment: Mapping[str, str]) -> str:
    """What locks and timers are kept under: the site, its slot and the job, the same over all versions of the code."""
    parts = (environment.get(name) for name in ("WEBSITE_SITE_NAME", "WEBSITE_SLOT_NAME", "WEBJOBS_NAME"))
    said = [part.lower() for part in parts if part and part.lower() != "production"]
    return "-".join(said) or "local"


def stop_grace(environment: Mapping[str, str]) -> timedelta:
    """How long a stop may take: `stopping_wait_time` of the job's `settings.job`, less a second to be sure.

    Kudu kills a continuous job that long after it wrote the shutdown file
    (https://github.com/projectkudu/kudu/blob/master/Kudu.Core/Jobs/ContinuousJobRunner.cs).
    """
    folder = Path(environment.get("WEBJOBS_PATH") or os.curdir)
    try:
        settings = json.loads((folder / "settings.job").read_text("utf-8-sig"))
        seconds = float(settings.get("stopping_wait_time", GRACE_SECONDS_WITHOUT_SETTINGS))
    except (OSError, ValueError, TypeError, AttributeError):
        seconds = GRACE_SECONDS_WITHOUT_SETTINGS  # no file, or not ours to judge: the platform's own default
    return timedelta(seconds=max(seconds - GRACE_MARGIN_SECONDS, 0.5))
