"""Whether a job does what it should: one word and its reason, from its runs, its schedule and the clock.

The rule for lateness is that of the alerts in Azure: no good run for longer than `alert.late`, or, where the
manifest says nothing, a due time that passed more than Kudu's ten minutes of catching up ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import ncrontab
from oneplan.manifest import Job as Declared
from oneplan.operate.values import Job, Run

Word = Literal["ok", "running", "idle", "due", "late", "failed", "stuck", "stopped", "starting"]

_NEVER = datetime.max.replace(tzinfo=UTC)
TROUBLE = frozenset[Word]({"late", "failed", "stuck"})
_CONTINUOUS: dict[str, tuple[Word, str]] = {
    "Running": ("running", "runs"),
    "Stopped": ("stopped", "stopped by hand"),
    "Disabled": ("stopped", "WebJobs are switched off for its app"),
    "Inactive Instance": ("idle", "another instance runs it"),
    "Pending Restart": ("failed", "ended and is started again"),
    "PendingRestart": ("failed", "ended and is started again"),
    "Aborted": ("failed", "ended unexpectedly"),
    "Failed": ("failed", "could not be started"),
}


@dataclass(frozen=True, slots=True)
class Health:
    """How a job does."""

    word: Word
    reason: str
    """A short sentence without a full stop."""

    @property
    def is_trouble(self) -> bool:
        """Whether somebody should look at it."""
        return self.word in TROUBLE


def judge(job: Job, declared: Declared | None, runs: Sequence[Run], now: datetime, zone: ZoneInfo) -> Health:
    """Returns a job's health; `runs` are newest first and may be fewer than there were."""
    if job.type == "continuous":
        return Health(*_CONTINUOUS.get(job.state, ("starting", job.state.lower())))
    if job.state == "Disabled":
        return Health("stopped", "WebJobs are switched off for its app")
    if runs and not runs[0].is_finished:
        return _going_on(runs[0], declared, now)
    failures = _failures_in_a_row(runs)
    if failures:
        return Health("failed", f"failed {failures} times in a row" if failures > 1 else "the last run failed")
    return _by_schedule(job, declared, runs, now, zone)


def holds_until(job: Job, declared: Declared | None, runs: Sequence[Run], now: datetime, zone: ZoneInfo) -> datetime:
    """Returns the first moment at which `judge` may say something else of the same job and runs."""
    newest = runs[0] if runs else None
    limit = declared.timeout if declared else None
    good = next((run.start for run in runs if run.status == "Success" and run.start), None)
    due = _due(job.schedule, good, zone) if job.schedule and good else None
    late = declared.alert.get("late") if declared else None
    moments = (
        newest.start + limit + timedelta(minutes=1) if newest and newest.start and limit else None,
        good + late if good and late else None,
        due,
        due + ncrontab.CATCH_UP if due else None,
    )
    return min((at for at in moments if at and at >= now), default=_NEVER)


def _going_on(run: Run, declared: Declared | None, now: datetime) -> Health:
    limit = declared.timeout if declared else None
    if run.start and limit and now - run.start > limit + timedelta(minutes=1):
        return Health("stuck", "runs longer than its timeout")
    return Health("running", "runs now")


def _by_schedule(job: Job, declared: Declared | None, runs: Sequence[Run], now: datetime, zone: ZoneInfo) -> Health:
    good = next((run.start for run in runs if run.status == "Success" and run.start), None)
    if job.schedule is None:
        return Health("ok", "the last run was good") if good else Health("idle", "has not run yet")
    if good is None:
        return Health("idle", "has not run yet")
    late = declared.alert.get("late") if declared else None
    if late is not None:
        is_late, limit = now - good > late, late
    else:
        due = _due(job.schedule, good, zone)
        is_late, limit = due is not None and now > due + ncrontab.CATCH_UP, ncrontab.CATCH_UP
        if due is not None and due < now and not is_late:
            return Health("due", "should start any moment")
    return Health("late", f"no good run in time, the limit is {_words(limit)}") if is_late else Health("ok", "in time")


@lru_cache(maxsize=8192)
def _due(schedule: str, after: datetime, zone: ZoneInfo) -> datetime | None:
    try:
        parsed = ncrontab.parse(schedule)
    except ncrontab.ScheduleError:
        return None
    wall = parsed.next_after(after.astimezone(zone).replace(tzinfo=None, fold=0))
    return None if wall is None else ncrontab.resolve(wall, zone)


def _failures_in_a_row(runs: Sequence[Run]) -> int:
    count = 0
    for run in runs:
        if run.status == "Success":
            break
        count += 1
    return count


def _words(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 or minutes % 60 else f"{minutes // 60} h"
