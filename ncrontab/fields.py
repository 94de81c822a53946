"""The six fields of a schedule: their ranges, the names they know, and how NCrontab reads one of them.

A port of NCrontab's `CrontabFieldImpl` and `CrontabField`, messages included, because these are the words App
Service writes to a job's log: https://github.com/atifaziz/NCrontab/blob/master/NCrontab/CrontabFieldImpl.cs
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

INT32_MAX = 2**31 - 1

_INTEGER = re.compile(r"[\t\n\v\f\r ]*([+-]?[0-9]+)[\t\n\v\f\r ]*")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


class ScheduleError(ValueError):
    """Raised when a schedule is not one; the text is NCrontab's own message."""


class _UnreadableError(Exception):
    """Raised inside a field where NCrontab throws an exception that it then wraps with the whole field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One position of a schedule."""

    kind: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def parse(self, text: str, *, bare_step_one: bool = False) -> tuple[int, ...]:
        """Returns the values that a field's text stands for, ascending.

        Args:
            text: The field as written, for example `1-5` or `*/15`.
            bare_step_one: Read `14/1` as just 14, as NCrontab did before 3.2.

        Raises:
            ScheduleError: NCrontab refuses the text.
        """
        values: set[int] = set()
        try:
            for element in text.split(",") if text.find(",") > 0 else [text]:
                values.update(self._element(element, bare_step_one=bare_step_one))
        except _UnreadableError as error:
            raise ScheduleError(f"'{text}' is not a valid [{self.kind}] crontab field expression.") from error
        return tuple(sorted(values))

    def format(self, values: tuple[int, ...]) -> str:
        """Returns the normal form of a field: runs with a dash, the full range as a star."""
        if len(values) == self.high - self.low + 1:
            return "*"
        return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(values))

    def name(self, value: int) -> str:
        """Returns a value in words: `Friday` in the weekday field, `22` in the others."""
        return self.names[value - self.low] if self.names else str(value)

    def _element(self, text: str, *, bare_step_one: bool) -> range:
        if not text:
            raise ScheduleError("A crontab field value cannot be empty.")
        step: int | None = None
        if (slash := text.find("/")) > 0:
            step = _integer(text[slash + 1 :])
            text = text[:slash]
        if text == "*":
            return self._range(self.low, self.high, step or 1)
        if (dash := text.find("-")) > 0:
            return self._range(self._value(text[:dash]), self._value(text[dash + 1 :]), step or 1)
        value = self._value(text)
        if step is None or (step == 1 and bare_step_one):
            return self._range(value, value, 1)
        return self._range(value, self.high, step)

    def _value(self, text: str) -> int:
        if text and text[0] in "0123456789":
            return _integer(text)
        if text and text.isascii():
            for index, name in enumerate(self.names):
                if name.lower().startswith(text.lower()):
                    return index + self.low
        raise _UnreadableError(text)

    def _range(self, start: int, end: int, step: int) -> range:
        """Reversed ends are swapped, never wrapped, and steps below one count as one, as in NCrontab."""
        start, end = min(start, end), max(start, end)
        for value, is_wrong, words in (
            (start, start < self.low, "lower than the minimum"),
            (end, end > self.high, "higher than the maximum"),
        ):
            if is_wrong:
                raise ScheduleError(
                    f"{value} is {words} allowable value for the [{self.kind}] field. "
                    f"Value must be between {self.low} and {self.high} (all inclusive)."
                )
        found = range(start, end + 1, max(step, 1))
        if found[-1] - self.low + found.step > INT32_MAX:
            raise ScheduleError(
                "Index was out of range. Must be non-negative and less than the size of the collection."
            )
        return found


SECOND = Field("Second", 0, 59)
MINUTE = Field("Minute", 0, 59)
HOUR = Field("Hour", 0, 23)
DAY = Field("Day", 1, 31)
MONTH = Field("Month", 1, 12, MONTH_NAMES)
WEEKDAY = Field("DayOfWeek", 0, 6, WEEKDAY_NAMES)

FIELDS = (SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY)


def _integer(text: str) -> int:
    """.NET's `int.Parse`: blanks around, an optional sign, 32 bits."""
    match = _INTEGER.fullmatch(text)
    if match is None:
        raise _UnreadableError(text)
    digits = match.group(1)
    if len(digits.lstrip("+-0")) > 10 or not -INT32_MAX - 1 <= int(digits) <= INT32_MAX:
        raise ScheduleError("Value was either too large or too small for an Int32.")
    return int(digits)


def _runs(values: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    first = last = values[0]
    for value in values[1:]:
        if value != last + 1:
            yield first, last
            first = value
        last = value
    yield first, last
