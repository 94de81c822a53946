"""A schedule's runs as instants of a zone, one after the other, as Kudu starts them; and where its clock changes fall.

The wall clock decides, see `decision`: a time that does not exist runs after the gap, one that happens twice runs in
the second pass only, and the first pass of the repeated hour is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice

from ncrontab.decision import resolve, wall_clock
from ncrontab.schedule import Schedule

_A_DAY = timedelta(days=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A moment at which a zone's clocks are put forward or back."""

    at: datetime
    """The first instant with the new offset, in UTC."""
    before: timedelta
    """Offset from UTC until then."""
    after: timedelta

    @property
    def is_forward(self) -> bool:
        """Whether the wall clock jumps ahead, so that times are skipped; otherwise they happen twice."""
        return self.after > self.before

    @property
    def affected(self) -> tuple[datetime, datetime]:
        """The wall-clock times that do not exist, or happen twice: `start <= time < end`, naive."""
        wall = self.at.replace(tzinfo=None)
        return wall + min(self.before, self.after), wall + max(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Run:
    """One start of a schedule."""

    at: datetime
    """The instant, in the zone asked for."""
    wall: datetime
    """The naive time of the schedule; differs from the clock at `at` when it does not exist on that day."""
    change: ClockChange | None = None
    """The change of clocks that makes this time special; None on all other days."""

    @property
    def remark(self) -> str:
        """What the change of clocks does to this run, in words; empty for an ordinary one."""
        if self.change is None:
            return ""
        if self.change.is_forward:
            return f"{self.wall:%H:%M} does not exist on that day; runs at {self.at:%H:%M}"
        return f"{self.wall:%H:%M} happens twice on that day; runs at the second"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of clocks does to a schedule."""

    change: ClockChange
    wall: datetime
    """The first of its times that is skipped or repeated, naive."""
    count: int
    """How many of its times are."""


def runs(schedule: Schedule, zone: tzinfo, start: datetime) -> Iterator[Run]:
    """The runs strictly after an aware start, without end unless the schedule has one.

    Each run is counted from the one before, as Kudu does when nothing is late.
    """
    last = start
    while (wall := schedule.next_after(wall_clock(last, zone))) is not None:
        try:
            last = resolve(wall, zone)
            yield Run(last.astimezone(zone), wall, _change_around(wall, zone))
        except OverflowError:  # the last hours of year 9999
            return


def occurrences(schedule: Schedule, zone: tzinfo, start: datetime, count: int) -> tuple[datetime, ...]:
    """Returns the next `count` instants strictly after an aware start, in the zone; fewer when the schedule ends."""
    return tuple(run.at for run in islice(runs(schedule, zone, start), count))


@lru_cache(maxsize=256)
def clock_changes(zone: tzinfo, start: datetime, end: datetime) -> tuple[ClockChange, ...]:
    """Returns the changes of clocks in `start < at <= end` (aware), oldest first."""
    found = []
    low, last = start.astimezone(UTC), end.astimezone(UTC)
    while low < last:
        high = min(low + _A_DAY, last)
        if _offset(low, zone) != _offset(high, zone):
            found.append(_between(low, high, zone))
        low = high
    return tuple(found)


def effects(schedule: Schedule, zone: tzinfo, start: datetime, end: datetime) -> tuple[Effect, ...]:
    """Returns which of a schedule's times the changes of clocks between two aware instants skip or repeat."""
    found = []
    for change in clock_changes(zone, start, end):
        first, after = change.affected
        if count := schedule.count(first, after):
            wall = schedule.next_after(first - timedelta(seconds=1))
            found.append(Effect(change, wall or first, count))
    return tuple(found)


def _change_around(wall: datetime, zone: tzinfo) -> ClockChange | None:
    """The change that skips or repeats a wall-clock time."""
    if _offset(wall.replace(fold=0), zone) == _offset(wall.replace(fold=1), zone):
        return None
    middle = resolve(wall, zone)
    return next(iter(clock_changes(zone, middle - _A_DAY, middle + _A_DAY)), None)


def _between(low: datetime, high: datetime, zone: tzinfo) -> ClockChange:
    """The change in an interval that has one, to the second."""
    before, after = _offset(low, zone), _offset(high, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return ClockChange(high, before, after)


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    """The zone's offset at an aware instant, or of a naive wall-clock time."""
    local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    return local.utcoffset() or _NONE
