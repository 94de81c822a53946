"""What a timer's function is told of its run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CatchUp = Literal["none", "one", "all"]
CATCH_UP: tuple[str, ...] = ("none", "one", "all")
"""What happens to runs that were missed."""
Reason = Literal["scheduled", "late", "startup"]


@dataclass(frozen=True, slots=True)
class Tick:
    """Why a timer's function is called."""

    scheduled_for: datetime
    """When it was due (UTC); for a run that makes up for missed ones, when the first of them was."""
    reason: Reason
    """`scheduled`, `late` (missed while the host was down, or overrun by the run before), or `startup`."""
    last: datetime | None
    """When the run before was due; None for the first."""
