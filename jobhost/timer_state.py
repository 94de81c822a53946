"""A timer's memory and what follows from it: which run is due, and which comes after. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobhost.schedules import Schedule
from jobhost.tick import CatchUp

CLOCK_WAS_WRONG = timedelta(hours=1)
"""A clock that is corrected by more than this makes timers begin anew; by less, an occurrence is not run twice."""


@dataclass(frozen=True, slots=True)
class TimerState:
    """What is kept of a timer between runs."""

    schedule: str
    next: datetime | None
    """The next occurrence; None when there is none."""
    last: datetime | None = None
    """The last occurrence that was run."""

    def to_json(self, now: datetime) -> str:
        """As the blob holds it; the names are those of the WebJobs SDK's status blob."""
        return json.dumps(
            {
                "Schedule": self.schedule,
                "Next": self.next and self.next.isoformat(),
                "Last": self.last and self.last.isoformat(),
                "LastUpdated": now.isoformat(),
            }
        )

    @classmethod
    def from_json(cls, text: str | None) -> TimerState | None:
        """The state that a blob holds; None when it holds none, as after somebody edited it."""
        try:
            values = json.loads(text or "")
            return cls(str(values["Schedule"]), _moment(values["Next"]), _moment(values["Last"]))
        except (ValueError, KeyError, TypeError):
            return None


def _moment(text: object) -> datetime | None:
    moment = None if text is None else datetime.fromisoformat(str(text))
    if moment is not None and moment.tzinfo is None:
        raise ValueError(text)
    return moment


def at_start(saved: TimerState | None, text: str, schedule: Schedule, now: datetime, catch_up: CatchUp) -> TimerState:
    """Where a timer begins: what was saved, or the next occurrence for a new or changed schedule.

    What was missed stays due, unless `catch_up` is `none`. A state of the future is that of a clock that was wrong.
    """
    if saved is None or is_of_the_future(saved, now):
        return TimerState(text, schedule.after(now))
    if saved.schedule != text:
        return TimerState(text, schedule.after(now), saved.last)
    if catch_up == "none" and is_missed(saved, text, now):
        return TimerState(text, schedule.after(now), saved.last)
    return saved


def is_of_the_future(state: TimerState, now: datetime) -> bool:
    """Whether the last run was due so long after `now` that the clock must have been wrong then and was set since."""
    return state.last is not None and state.last - now > CLOCK_WAS_WRONG


def is_missed(saved: TimerState | None, text: str, now: datetime) -> bool:
    """Whether an occurrence of the schedule `text` went by while nobody looked."""
    return saved is not None and saved.schedule == text and saved.next is not None and saved.next <= now


def after_run(state: TimerState, schedule: Schedule, now: datetime, catch_up: CatchUp, *, late: bool) -> TimerState:
    """The state after the run of `state.next`, which ended at `now`.

    `all` goes on with the next occurrence whenever it was. Otherwise a run that lasted beyond the next one is followed
    by one run at once, flagged late, and then by the next that is still to come, as in the SDK.
    """
    assert state.next is not None
    skips = catch_up != "all" and late
    following = schedule.after(max(now, state.next) if skips else state.next)
    return TimerState(state.schedule, following, state.next)
