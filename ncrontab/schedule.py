"""A schedule and its occurrences, in naive wall-clock time.

Day of month, month and weekday must all match; NCrontab has no "or" rule. Each step jumps field by field through
precomputed successor tables, so a rare schedule costs no more than a busy one.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache

from ncrontab.fields import FIELDS

_NONE = -1
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something runs: six sets of values, each ascending.

    `str()` gives NCrontab's normal form, such as `0 0,15,30,45 * * * *`.
    """

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    """Sunday is 0."""
    stale_seconds: bool = False
    """Before NCrontab 3.3.3 the seconds are not rewound when minute or hour jump forward within a day."""
    _next: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sets = (self.seconds, self.minutes, self.hours, self.days, self.months)
        tables = tuple(_successors(values, spec.high) for values, spec in zip(sets, FIELDS, strict=False))
        object.__setattr__(self, "_next", tables)

    def __str__(self) -> str:
        sets = (self.seconds, self.minutes, self.hours, self.days, self.months, self.weekdays)
        return " ".join(spec.format(values) for spec, values in zip(FIELDS, sets, strict=True))

    @property
    def ever_fires(self) -> bool:
        """Whether any date matches at all; 30 February does not."""
        return any(self.days[0] <= LONGEST_MONTH[month - 1] for month in self.months)

    def next_after(self, moment: datetime) -> datetime | None:
        """Returns the first occurrence strictly after a naive wall-clock time, or None when there is none."""
        today = moment.date()
        if self._matches(today) and (later := self._later_today(moment.time())) is not None:
            return datetime.combine(today, later)
        following = self._next_date(today)
        return None if following is None else datetime.combine(following, self._first_time())

    def last_before(self, moment: datetime, *, not_before: datetime) -> datetime | None:
        """Returns the last occurrence before a moment, looking back as far as `not_before`."""
        before = self._times_before(moment.time()) if self._matches(moment.date()) else 0
        if before:
            found = datetime.combine(moment.date(), self._time_at(before - 1))
            return found if found >= not_before else None
        day = moment.date()
        while day > not_before.date():
            day -= timedelta(days=1)
            if self._matches(day):
                found = datetime.combine(day, self._time_at(self._times_a_day - 1))
                return found if found >= not_before else None
        return None

    def count(self, start: datetime, end: datetime) -> int:
        """Returns how many occurrences lie in `start <= t < end`, without visiting each one."""
        if start >= end:
            return 0
        before_start = self._times_before(start.time()) if self._matches(start.date()) else 0
        before_end = self._times_before(end.time()) if self._matches(end.date()) else 0
        full_days = sum(1 for day in self.dates(start.date(), end.date()))
        return full_days * self._times_a_day - before_start + before_end

    @property
    def _times_a_day(self) -> int:
        return len(self.hours) * len(self.minutes) * len(self.seconds)

    def _first_time(self) -> time:
        return time(self.hours[0], self.minutes[0], self.seconds[0])

    def _time_at(self, index: int) -> time:
        """The index-th time of a matching day."""
        rest, second = divmod(index, len(self.seconds))
        hour, minute = divmod(rest, len(self.minutes))
        return time(self.hours[hour], self.minutes[minute], self.seconds[second])

    def _times_before(self, moment: time) -> int:
        """How many times of a matching day come before a time of day."""
        second = moment.second + (1 if moment.microsecond else 0)
        hour_at = bisect_left(self.hours, moment.hour)
        count = hour_at * len(self.minutes) * len(self.seconds)
        if hour_at == len(self.hours) or self.hours[hour_at] != moment.hour:
            return count
        minute_at = bisect_left(self.minutes, moment.minute)
        count += minute_at * len(self.seconds)
        if minute_at == len(self.minutes) or self.minutes[minute_at] != moment.minute:
            return count
        return count + bisect_left(self.seconds, second)

    def _matches(self, day: date) -> bool:
        return day.month in self.months and day.day in self.days and day.toordinal() % 7 in self.weekdays

    def _later_today(self, moment: time) -> time | None:
        """Field by field as NCrontab does it; each field that moves forward rewinds those below it."""
        seconds, minutes, hours = self._next[:3]
        second, carry = seconds[moment.second + 1], 0
        if second == _NONE:
            second, carry = self.seconds[0], 1
        minute, hour = minutes[moment.minute + carry], moment.hour
        if minute == _NONE:
            minute, hour = self.minutes[0], hour + 1
        hour = hours[hour]
        if hour == _NONE:
            return None
        if hour > moment.hour:
            minute = self.minutes[0]
        has_jumped = (hour, minute) != (moment.hour, moment.minute)
        if has_jumped and not self.stale_seconds:
            second = self.seconds[0]
        return time(hour, minute, second)

    def _next_date(self, day: date) -> date | None:
        """The first matching date after a day; months that do not match are never entered."""
        if not self.ever_fires:
            return None
        year, month, first_day = day.year, day.month, day.day + 1
        while year <= MAXYEAR:
            following = self._next[4][month]
            if following != month:
                first_day = 1
            if following == _NONE:
                year, month = year + 1, self.months[0]
                continue
            month = following
            if (found := self._date_in_month(year, month, first_day)) is not None:
                return found
            month, first_day = month + 1, 1
        return None

    def _date_in_month(self, year: int, month: int, first_day: int) -> date | None:
        before = date(year, month, 1).toordinal() - 1
        last = _days_in(year, month)
        number = self._next[3][first_day]
        while _NONE < number <= last:
            if (before + number) % 7 in self.weekdays:
                return date(year, month, number)
            number = self._next[3][number + 1]
        return None

    def dates(self, start: date, end: date) -> Iterator[date]:
        """The matching dates in `start <= day < end`."""
        day = start if self._matches(start) else self._next_date(start)
        while day is not None and day < end:
            yield day
            day = self._next_date(day)


def _days_in(year: int, month: int) -> int:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == 2 and not is_leap else LONGEST_MONTH[month - 1]


@lru_cache(maxsize=1024)
def _successors(values: tuple[int, ...], high: int) -> tuple[int, ...]:
    """For each number from 0 to one past the range, the smallest value that is not less."""
    table, following = [_NONE] * (high + 2), _NONE
    members = frozenset(values)
    for number in range(high, -1, -1):
        following = number if number in members else following
        table[number] = following
    return tuple(table)
