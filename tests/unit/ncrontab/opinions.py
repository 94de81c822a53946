"""Two more opinions on what a schedule's next times are: croniter's, and a plain walk over the days.

The walk reads the text by itself, value by value, from the grammar in words: it shares no code with the parser. The
same seed gives the same cases; `tools/fuzz_schedules.py` asks for many more of them than the tests do.
"""

import dataclasses
from calendar import day_name, month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from croniter import CroniterBadDateError, croniter

from ncrontab import Schedule, parse

TIMES = 3
LONGEST_YEARS = 60  # the 29th of February on one weekday: at most 40 years apart, even over 2100

MONTHS = list(month_name)[1:]
WEEKDAYS = [day_name[6], *list(day_name)[:6]]
RARE_DAYS, RARE_MONTHS = ("29", "30", "31", "30-31", "29-31", "31,29"), ("2", "Feb", "f", "4-2/2", "2,4,11")
RANGES = ((0, 59, ()), (0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, MONTHS), (0, 6, WEEKDAYS))


@dataclass(frozen=True)
class Case:
    """A valid schedule, odd on purpose, and a moment to begin at."""

    text: str
    start: datetime


def cases(seed: int, count: int) -> Iterator[Case]:
    """The same `count` cases for the same seed."""
    random = Random(seed)
    for _ in range(count):
        fields = [_field(random, *bounds) for bounds in RANGES]
        if random.random() < 0.05:
            fields[3:5] = random.choice(RARE_DAYS), random.choice(RARE_MONTHS)
        text = (" " * random.choice((1, 1, 1, 2))).join(fields)
        yield Case(text, datetime(1990, 1, 1) + timedelta(seconds=random.randrange(120 * 365 * 86400)))


def _field(random: Random, low: int, high: int, names: list[str]) -> str:
    if random.random() < 0.4:
        return "*"
    return ",".join(_element(random, low, high, names) for _ in range(random.choice((1, 1, 1, 2, 3))))


def _element(random: Random, low: int, high: int, names: list[str]) -> str:
    start, end = (_value(random, low, high, names) for _ in range(2))
    base = random.choice(("*", start, start, f"{start}-{end}"))
    return base + random.choice(("", "", f"/{random.randint(0, high + 5)}", "/1"))


def _value(random: Random, low: int, high: int, names: list[str]) -> str:
    number = random.randint(low, high)
    if names and random.random() < 0.5:
        name = names[number - low]
        return random.choice((str.lower, str.upper, str.title))(name[: random.randint(1, len(name))])
    return f"{number:0{random.choice((1, 1, 2))}}"


def ours(case: Case) -> list[datetime]:
    """What is under test."""
    schedule, found, moment = parse(case.text), [], case.start
    while len(found) < TIMES and (moment := schedule.next_after(moment)):
        found.append(moment)
    return found


def croniters(case: Case) -> list[datetime]:
    """What croniter says when it is told plain numbers and the "and" rule."""
    plain = " ".join(",".join(map(str, values)) for values in dataclasses.astuple(parse(case.text))[:6])
    times = croniter(plain, case.start, day_or=False, second_at_beginning=True, max_years_between_matches=LONGEST_YEARS)
    found: list[datetime] = []
    try:
        while len(found) < TIMES:
            found.append(times.get_next(datetime))
    except CroniterBadDateError:
        pass
    return found


def walked(case: Case) -> list[datetime]:
    """What a walk finds that looks at each day and, on those that match, at each time."""
    seconds, minutes, hours, days, months, weekdays = (
        [value for value in range(bounds[0], bounds[1] + 1) if _has(token, value, *bounds)]
        for token, bounds in zip(case.text.split(), RANGES, strict=True)
    )
    found: list[datetime] = []
    day = case.start.replace(hour=0, minute=0, second=0)
    last = day.replace(year=day.year + LONGEST_YEARS, day=1)
    while len(found) < TIMES and day < last:
        if day.month in months and day.day in days and day.isoweekday() % 7 in weekdays:
            is_first = day.date() == case.start.date()
            for hour in hours:
                if len(found) == TIMES or (is_first and hour < case.start.hour):
                    continue
                times = (
                    day.replace(hour=hour, minute=minute, second=second) for minute in minutes for second in seconds
                )
                later = (time for time in times if time > case.start)
                found += [time for _, time in zip(range(TIMES - len(found)), later, strict=False)]
        day += timedelta(days=1)
    return found


def _has(token: str, value: int, low: int, high: int, names: list[str]) -> bool:
    """Whether a field's text covers a value."""
    return any(_covers(element, value, low, high, names) for element in token.split(","))


def _covers(element: str, value: int, low: int, high: int, names: list[str]) -> bool:
    base, _, step = element.partition("/")
    ends = [low, high] if base == "*" else sorted(_number(end, low, names) for end in base.split("-"))
    first, last = ends[0], (high if step and len(ends) == 1 else ends[-1])
    return first <= value <= last and (value - first) % max(int(step or 1), 1) == 0


def _number(text: str, low: int, names: list[str]) -> int:
    if text.isdigit():
        return int(text)
    return next(number for number, name in enumerate(names, low) if name.lower().startswith(text.lower()))


def is_never(case: Case) -> bool:
    """Whether no date matches at all."""
    schedule: Schedule = parse(case.text)
    return not schedule.ever_fires
