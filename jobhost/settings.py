"""Which queue a name means: the address, attempts and lease that the plan gave in the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from jobhost.errors import StartError

GRACE_SECONDS_WITHOUT_SETTINGS = 5.0
"""What Kudu waits before it kills a continuous job that names no `stopping_wait_time`."""
GRACE_MARGIN_SECONDS = 1.0
"""How much earlier than the platform's kill the host gives its messages back."""


@dataclass(frozen=True)
class QueueSettings:
    """One queue as `QUEUE_<NAME>_*` describe it."""

    name: str
    url: str
    poison_url: str | None
    """Where messages go that failed every attempt; None when the queue is itself a poison queue."""
    attempts: int = 5
    lease: timedelta = timedelta(minutes=5)


def queue_settings(name: str, environment: Mapping[str, str]) -> QueueSettings:
    """The settings of the queue `name`.

    Raises:
        StartError: an expected variable is missing or not a positive number.
    """
    prefix = f"QUEUE_{name.upper().replace('-', '_')}"
    url = environment.get(f"{prefix}_URL", "")
    if not url:
        raise StartError(f"{prefix}_URL: is not set; it is when the job's job.yaml says `trigger: {{queue: {name}}}`")
    return QueueSettings(
        name=environment.get(f"{prefix}_NAME") or name,
        url=url,
        poison_url=environment.get(f"{prefix}_POISON_URL") or None,
        attempts=_positive(environment, f"{prefix}_ATTEMPTS", 5),
        lease=timedelta(seconds=_positive(environment, f"{prefix}_LEASE_SECONDS", 300)),
    )


def _positive(environment: Mapping[str, str], variable: str, default: int) -> int:
    text = environment.get(variable) or str(default)
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise StartError(f"{variable}: {text!r} is not a count; expected a whole number from 1, for example {default}")
    return int(text)


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
