"""What was deployed to a site, and when: by us, as Azure Resource Manager knows it, and by anybody, as Kudu does.

A package that somebody else deploys leaves no trace in Azure Resource Manager; only the site's own record is younger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from oneplan.operate.moments import time_of

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


@dataclass(frozen=True, slots=True)
class Given:
    """The package that the newest deployment of ours gave a site."""

    key: str
    """Its deploy key."""
    until: datetime | None
    """When that deployment was over at the latest; None when it is not told."""


def given(properties: Mapping[str, Any]) -> Given | None:
    """Returns what a deployment's properties tell; None for one without a deploy key, or that did not succeed.

    `timestamp` and `duration` are of DeploymentPropertiesExtended; whether the first is the begin or the end is not
    said (https://learn.microsoft.com/rest/api/resources/deployments/get), so the second is always added.
    """
    key = (properties.get("outputs") or {}).get("deployKey")
    if key is None or properties.get("provisioningState") != "Succeeded":
        return None
    at, length = time_of(properties.get("timestamp")), _length(properties.get("duration"))
    return Given(str(key["value"]), None if at is None or length is None else at + length)


def by_hand(ours: Given | None, newest: datetime | None) -> datetime | None:
    """Returns when somebody else deployed after us, from the time the site's newest good deployment arrived."""
    if ours is None or ours.until is None or newest is None or newest <= ours.until:
        return None
    return newest


def _length(text: object) -> timedelta | None:
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
