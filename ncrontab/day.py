"""How many schedules start in the same minute, and how close a schedule's own starts can be; no calendar day is meant.

A day is a mask of 1,440 bits, and the dates a schedule knows are a mask over every month, day and weekday that can
come together. Time and date of a schedule are independent, so two schedules meet exactly when both masks do. Counting
is bit-sliced (a number a bit position, one big integer a digit): a thousand schedules take about a millisecond.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from ncrontab.schedule import LONGEST_MONTH, Schedule

MINUTES = 24 * 60
"""Minutes of a day on the wall clock."""

_ANY_DAY = date(2001, 1, 1)
_STEPS = 200  # so many dates in a row show the closest two: more than ten years of any monthly rule


@dataclass(frozen=True, slots=True)
class Crowd:
    """Schedules that start in the same minute, on the dates when most of them do."""

    minutes: tuple[int, ...]
    """Minutes of the day in which just these start, ascending."""
    members: tuple[int, ...]
    """Their positions in the sequence that was given, ascending."""

    @property
    def count(self) -> int:
        """How many start at once."""
        return len(self.members)

    @property
    def time(self) -> str:
        """The first such minute, as `06:05`."""
        return clock(self.minutes[0])


class Tally:
    """Counts, for each bit position, how many masks have it set."""

    def __init__(self, masks: Iterable[int] = ()) -> None:
        self._digits: list[int] = []
        for mask in masks:
            self.add(mask)

    def add(self, mask: int) -> None:
        """Adds one to every position that the mask has."""
        for place, digit in enumerate(self._digits):
            if not mask:
                return
            self._digits[place], mask = digit ^ mask, digit & mask
        if mask:
            self._digits.append(mask)

    def over(self, limit: int) -> int:
        """Returns the mask of the positions counted more often than `limit`."""
        more, same = 0, -1
        for place in range(max(len(self._digits), limit.bit_length()) - 1, -1, -1):
            digit = self._digits[place] if place < len(self._digits) else 0
            if limit >> place & 1:
                same &= digit
            else:
                more |= same & digit
                same &= ~digit
        return more

    def most(self) -> tuple[int, int]:
        """Returns the highest count and the mask of the positions that have it."""
        count, mask = 0, -1
        for place in range(len(self._digits) - 1, -1, -1):
            if kept := mask & self._digits[place]:
                count, mask = count | 1 << place, kept
        return count, mask

    def counts(self, positions: int) -> tuple[int, ...]:
        """Returns the count of each of the first `positions`."""
        digits = [format(digit, f"0{positions}b")[::-1] for digit in self._digits]
        return tuple(sum((digit[at] == "1") << place for place, digit in enumerate(digits)) for at in range(positions))


def crowds(schedules: Sequence[Schedule], limit: int) -> tuple[Crowd, ...]:
    """Returns where more than `limit` schedules start in one minute, the largest first.

    All are read on one wall clock. A crowd's members do meet on some date: the first of January and the second
    never do.
    """
    masks = [minutes_of(schedule) for schedule in schedules]
    busy = Tally(masks).over(limit)
    together: dict[int, list[int]] = defaultdict(list)
    for position, mask in enumerate(masks):
        for minute in bits(mask & busy):
            together[minute].append(position)
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    memory: dict[tuple[int, ...], tuple[int, ...]] = {}
    for minute, positions in sorted(together.items()):
        key = tuple(positions)
        if key not in memory:
            memory[key] = _on_the_worst_date(schedules, key)
        if len(memory[key]) > limit:
            found[memory[key]].append(minute)
    every = (Crowd(tuple(minutes), members) for members, minutes in found.items())
    return tuple(sorted(every, key=lambda crowd: (-crowd.count, crowd.minutes)))


def crowd(schedules: Sequence[Schedule], limit: int) -> Crowd | None:
    """Returns one crowd of more than `limit`, in the minute most schedules know; quicker than all of them.

    Its `minutes` holds that one minute only.
    """
    masks = [minutes_of(schedule) for schedule in schedules]
    count, busiest = Tally(masks).most()
    if count <= limit:
        return None
    minute = next(bits(busiest))
    positions = tuple(position for position, mask in enumerate(masks) if mask >> minute & 1)
    members = _on_the_worst_date(schedules, positions)
    return Crowd((minute,), members) if len(members) > limit else next(iter(crowds(schedules, limit)), None)


def minutes_of(schedule: Schedule) -> int:
    """Returns the minutes of a day in which a schedule starts, as a mask: bit 0 is 00:00."""
    return _minutes(schedule.hours, schedule.minutes)


def dates_of(schedule: Schedule) -> int:
    """Returns the dates of a schedule, as a mask over every month, day and weekday that can come together."""
    return _dates(schedule.months, schedule.days, schedule.weekdays)


def shortest_gap(schedule: Schedule) -> timedelta | None:
    """Returns the shortest time between two starts on the wall clock; None when there are not two."""
    gaps, first, last = [], 0, 0
    for values, unit in ((schedule.seconds, 1), (schedule.minutes, 60), (schedule.hours, 3600)):
        gaps += [(after - before) * unit - (last - first) for before, after in pairwise(values)]
        first, last = first + values[0] * unit, last + values[-1] * unit
    if not schedule.ever_fires:
        return None
    if (days := _closest_days(schedule.months, schedule.days, schedule.weekdays)) is not None:
        gaps.append(days * 86400 - (last - first))
    return timedelta(seconds=min(gaps)) if gaps else None


def clock(minute: int) -> str:
    """Returns a minute of the day as `06:05`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def bits(mask: int) -> Iterator[int]:
    """The positions that a mask has, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


@lru_cache(maxsize=4096)
def _minutes(hours: tuple[int, ...], minutes: tuple[int, ...]) -> int:
    hour = sum(1 << minute for minute in minutes)
    return sum(hour << 60 * number for number in hours)


@lru_cache(maxsize=4096)
def _dates(months: tuple[int, ...], days: tuple[int, ...], weekdays: tuple[int, ...]) -> int:
    week = sum(1 << weekday for weekday in weekdays)
    return sum(week << 7 * (31 * (month - 1) + day - 1) for month in months for day in days if _exists(month, day))


def _exists(month: int, day: int) -> bool:
    return day <= LONGEST_MONTH[month - 1]


@lru_cache(maxsize=1024)
def _closest_days(months: tuple[int, ...], days: tuple[int, ...], weekdays: tuple[int, ...]) -> int | None:
    """The fewest days between two dates."""
    midnights = Schedule((0,), (0,), (0,), days, months, weekdays)
    before, closest = None, None
    for number, day in enumerate(midnights.dates(_ANY_DAY, date.max)):
        if before is not None:
            gap = (day - before).days
            closest = gap if closest is None else min(closest, gap)
        if closest == 1 or number == _STEPS:
            break
        before = day
    return closest


def _on_the_worst_date(schedules: Sequence[Schedule], members: tuple[int, ...]) -> tuple[int, ...]:
    """Those that start on the date when most do; with several such dates, the earliest in the year."""
    dates = {position: dates_of(schedules[position]) for position in members}
    count, worst = Tally(dates.values()).most()
    if not count:
        return ()
    first = worst & -worst
    return tuple(position for position in members if dates[position] & first)
