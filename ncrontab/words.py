"""A schedule in plain English: first the time of day, then the dates, always with NCrontab's "and" between them."""

from collections.abc import Sequence
from itertools import pairwise

from ncrontab.fields import MONTH_NAMES, WEEKDAY_NAMES
from ncrontab.schedule import Schedule

NEVER = "never fires"

_FEW_TIMES = 4
_LONG_LIST = 5
_ALL_HOURS = tuple(range(24))
_ALL_MINUTES = tuple(range(60))
_EVERY = {"second": _ALL_MINUTES, "minute": _ALL_MINUTES, "hour": _ALL_HOURS}


def words(schedule: Schedule, zone: str | None = None) -> str:
    """Returns a schedule in words, such as `at 06:00 every day` or `every 15 minutes between 08:00 and 17:45`.

    Args:
        schedule: What to describe.
        zone: Name of the zone to add in brackets; none without.
    """
    if not schedule.ever_fires:
        return NEVER
    time, dates = _time(schedule), _dates(schedule)
    if not dates and time.startswith("at ") and "every" not in time:
        dates = " every day"
    return f"{time}{dates} ({zone})" if zone else f"{time}{dates}"


def _time(schedule: Schedule) -> str:
    seconds, minutes, hours = schedule.seconds, schedule.minutes, schedule.hours
    if len(seconds) * len(minutes) * len(hours) <= _FEW_TIMES:
        return f"at {_list([_clock(h, m, s) for h in hours for m in minutes for s in seconds])}"
    if len(seconds) == 1:
        second = "" if seconds == (0,) else f" at second {seconds[0]}"
        return _minutes(minutes, hours, second)
    often = _even("second", seconds) or f"at seconds {_numbers(seconds)} of every minute"
    if minutes == _ALL_MINUTES:
        return often + _between(hours, minutes, seconds)
    often = often.removesuffix(" of every minute")
    return f"{often} of {_plural('minute', minutes)}{_of_hours(hours)}"


def _minutes(minutes: tuple[int, ...], hours: tuple[int, ...], second: str) -> str:
    """The time of a schedule that fires in one second of its minutes."""
    if len(minutes) == 1:
        return _once_an_hour(minutes[0], hours, second)
    if often := _even("minute", minutes):
        return f"{often}{second}{_between(hours, minutes)}"
    return f"at {_plural('minute', minutes)}{_of_hours(hours)}{second}"


def _once_an_hour(minute: int, hours: tuple[int, ...], second: str) -> str:
    if often := _even("hour", hours):
        at_minute = f" at minute {minute}" if minute else ""
        return (f"{often}{at_minute}" if hours[0] == 0 else f"{often} from {_clock(hours[0], minute, 0)}") + second
    step = _distance(hours)
    if step and len(hours) > _FEW_TIMES:
        often = "every hour" if step == 1 else f"every {step} hours"
        return f"{often} between {_clock(hours[0], minute, 0)} and {_clock(hours[-1], minute, 0)}{second}"
    return f"at minute {minute}{_of_hours(hours)}{second}"


def _even(unit: str, values: tuple[int, ...]) -> str:
    """`every minute`, `every 15 minutes from minute 7`; empty for what is not even round the clock."""
    everything, step = _EVERY[unit], _distance(values)
    if values == everything:
        return f"every {unit}"
    if not step or len(everything) % step or values != everything[values[0] % step :: step]:
        return ""
    return f"every {step} {unit}s" + (f" from {unit} {values[0]}" if values[0] and unit != "hour" else "")


def _between(hours: tuple[int, ...], minutes: tuple[int, ...], seconds: tuple[int, ...] = (0,)) -> str:
    """Hours for what happens again and again within them: the first and the last time when they are one run."""
    if hours == _ALL_HOURS:
        return ""
    if hours[-1] - hours[0] == len(hours) - 1:
        first, last = (_clock(hours[at], minutes[at], seconds[at]) for at in (0, -1))
        return f" between {first} and {last}"
    return f" in {_plural('hour', hours)}"


def _of_hours(hours: tuple[int, ...]) -> str:
    return " of every hour" if hours == _ALL_HOURS else f" of {_plural('hour', hours)}"


def _dates(schedule: Schedule) -> str:
    """Dates, with a blank before; empty for every day."""
    has_days, has_weekdays = len(schedule.days) < 31, len(schedule.weekdays) < 7
    months = "" if len(schedule.months) == 12 else _months(schedule.months)
    weekdays = "" if not has_weekdays else _weekdays(schedule.weekdays)
    if has_days:
        days = f" on {_days(schedule, months)}"
        return f"{days}, only {weekdays}" if weekdays else days
    in_months = f" {_in_months(schedule.months, months)}" if months else ""
    if weekdays:
        return f" {weekdays}{in_months}"
    return f" every day{in_months}" if months and len(schedule.hours) <= _FEW_TIMES else in_months


def _days(schedule: Schedule, months: str) -> str:
    if months and len(schedule.days) == len(schedule.months) == 1:
        return f"{schedule.days[0]} {months}"
    return f"{_plural('day', schedule.days)} of {months or 'the month'}"


def _weekdays(values: tuple[int, ...]) -> str:
    """`on Mondays`, `from Monday to Friday`; a week begins on Monday here, and a run may begin on Sunday too."""
    from_monday = sorted(values, key=lambda value: (value - 1) % 7)
    run = next((days for days in (from_monday, list(values)) if _is_run([(day - days[0]) % 7 for day in days])), None)
    if run:
        return f"from {WEEKDAY_NAMES[run[0]]} to {WEEKDAY_NAMES[run[-1]]}"
    return f"on {_list([f'{WEEKDAY_NAMES[value]}s' for value in from_monday])}"


def _is_run(values: Sequence[int]) -> bool:
    return len(values) > 2 and list(values) == list(range(values[0], values[0] + len(values)))


def _months(values: tuple[int, ...]) -> str:
    return _list(
        [
            MONTH_NAMES[start - 1] + (f" to {MONTH_NAMES[end - 1]}" if end > start else "")
            for start, end in _runs(values)
        ]
    )


def _in_months(values: tuple[int, ...], months: str) -> str:
    return f"from {months}" if _is_run(values) else f"in {months}"


def _plural(unit: str, values: tuple[int, ...]) -> str:
    return f"{unit} {values[0]}" if len(values) == 1 else f"{unit}s {_numbers(values)}"


def _numbers(values: tuple[int, ...]) -> str:
    """`1 to 7`, `1, 5 and 9`, or `0, 7, 14 … 56` for many with one distance."""
    if len(values) >= _LONG_LIST and _distance(values) > 1:
        return f"{values[0]}, {values[1]}, {values[2]} … {values[-1]}"
    return _list([str(start) if start == end else f"{start} to {end}" for start, end in _runs(values)])


def _distance(values: tuple[int, ...]) -> int:
    """The distance between neighbours when it is always the same, otherwise 0."""
    distances = {after - before for before, after in pairwise(values)}
    return distances.pop() if len(distances) == 1 else 0


def _runs(values: tuple[int, ...]) -> list[tuple[int, int]]:
    """Runs of three and more; two neighbours stay two numbers."""
    found: list[list[int]] = []
    for value in values:
        if found and value == found[-1][-1] + 1:
            found[-1].append(value)
        else:
            found.append([value])
    return [
        pair for run in found for pair in ([(run[0], run[-1])] if len(run) > 2 else [(value, value) for value in run])
    ]


def _list(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _clock(hour: int, minute: int, second: int) -> str:
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")
