"""From text to a Schedule, accepting and refusing exactly what App Service's NCrontab does.

Three generations are in use: 2.0.0 on Windows App Service (Kudu), 3.3.0 on Linux (KuduLite), 3.3.3 in the WebJobs
SDK. They differ in two places, see `GENERATIONS`.
"""

from dataclasses import dataclass
from functools import lru_cache

from ncrontab.fields import FIELDS, ScheduleError
from ncrontab.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Generation:
    """How a version of NCrontab differs from the newest."""

    bare_step_one: bool
    """`14/1` means just 14 (until 3.2), not "from 14 on"."""
    stale_seconds: bool
    """Seconds are not rewound when minute or hour jump forward within a day (until 3.3.3)."""


GENERATIONS = {
    "2.0.0": Generation(bare_step_one=True, stale_seconds=True),
    "3.3.0": Generation(bare_step_one=False, stale_seconds=True),
    "3.3.3": Generation(bare_step_one=False, stale_seconds=False),
}
NEWEST = "3.3.3"


@lru_cache(maxsize=4096)
def parse(text: str, generation: str = NEWEST) -> Schedule:
    """Returns the schedule of a six-field text, seconds first.

    Raises:
        ScheduleError: App Service would refuse the text; the message is NCrontab's own.
        KeyError: the generation is not one of `GENERATIONS`.
    """
    rules = GENERATIONS[generation]
    tokens = [token for token in text.split(" ") if token]
    if len(tokens) != len(FIELDS):
        raise ScheduleError(
            f"'{text}' is an invalid crontab expression. It must contain 6 components of a schedule "
            "in the sequence of seconds, minutes, hours, days, months, and days of week."
        )
    seconds, minutes, hours, days, months, weekdays = (
        field.parse(token, bare_step_one=rules.bare_step_one) for field, token in zip(FIELDS, tokens, strict=True)
    )
    return Schedule(seconds, minutes, hours, days, months, weekdays, stale_seconds=rules.stale_seconds)
