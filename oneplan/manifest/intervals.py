"""From what a user writes about time to a six-field NCRONTAB schedule."""

from datetime import timedelta

import ncrontab
from ncrontab import normal


class IntervalError(ValueError):
    """Raised when a text about time means nothing here; carries the code of the check."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def duration(text: str) -> timedelta:
    """Returns the length of `30s`, `15m`, `2h` or `7d`.

    Raises:
        IntervalError: the text is not a whole number and a unit.
    """
    seconds = normal.seconds(text)
    if seconds is None:
        raise IntervalError("WJ013", f'"{text}" is not a duration; write a whole number and a unit: 30s, 15m, 2h or 7d')
    return timedelta(seconds=seconds)


def words(length: timedelta) -> str:
    """Returns a duration as a user writes it, in the largest unit that is exact: `90s`, `15m`, `1d`."""
    return normal.length_text(int(length.total_seconds()))


def every(text: str) -> str:
    """Returns the schedule of an even interval: one that divides a minute, an hour or a day.

    Raises:
        IntervalError: the text is not a duration, or no schedule can keep such an interval.
    """
    if not duration(text):
        raise IntervalError("WJ031", f"{text} is no interval; the shortest is 1s")
    try:
        return normal.every(text)
    except ncrontab.ScheduleError as error:
        raise IntervalError("WJ032", str(error)) from error


def cron(text: str) -> str:
    """Returns the six-field schedule of a cron text of five fields (minute first) or six (seconds first).

    Raises:
        IntervalError: App Service would refuse the text, or it names no day that exists.
    """
    try:
        schedule = normal.six_fields(text)
    except ncrontab.ScheduleError as error:
        raise IntervalError("WJ030", str(error)) from error
    try:
        parsed = ncrontab.parse(schedule)
    except ncrontab.ScheduleError as error:
        raise _refused(str(error)) from error
    if not parsed.ever_fires:
        raise IntervalError("WJ039", f'"{text}" never fires; no such day exists in those months')
    return schedule


def _refused(reason: str) -> IntervalError:
    if "[DayOfWeek]" in reason and reason.startswith("7 "):
        return IntervalError("WJ034", f"weekday 7 is not accepted by App Service ({reason}); Sunday is 0")
    return IntervalError(
        "WJ033",
        f"App Service refuses this schedule: {reason.rstrip('.')}; names, lists, ranges and steps are understood, "
        "?, L, W, # and @daily are not",
    )
