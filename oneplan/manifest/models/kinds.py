"""The small types that fields are made of: durations, ranges, texts with a pattern.

Each carries its rule once, for the check and for the JSON Schema that editors read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_after_validator_function

from oneplan.manifest import intervals
from oneplan.manifest.models.base import fault
from oneplan.manifest.problems import quoted

DURATION_PATTERN = "^[0-9]{1,7}[smhd]$"
DURATION_HINT = "Write a whole number and a unit: 30s, 15m, 2h or 7d"
DURATION_SCHEMA = {"type": "string", "pattern": DURATION_PATTERN, "patternErrorMessage": DURATION_HINT}


@dataclass(frozen=True, slots=True)
class Between:
    """A number or a duration in a range, ends included."""

    low: Any
    high: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        if isinstance(self.low, timedelta):
            return schema
        return schema | {"minimum": self.low, "maximum": self.high}

    def _check(self, value: Any) -> Any:
        if self.low <= value <= self.high:
            return value
        raise fault("WJ014", f"{_shown(value)} is outside {_shown(self.low)} to {_shown(self.high)}")


def _shown(value: Any) -> str:
    if isinstance(value, timedelta):
        return intervals.words(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that matches an expression as a whole; Python, Rust and ECMAScript must read it alike."""

    expression: str
    code: str
    wrong: str
    """Follows the quoted text in the message, such as `is not a path`."""
    right: str
    """What would be right; the editor shows it alone."""
    tell: Callable[[str], PydanticCustomError | None] | None = None
    """Makes a better message out of the text itself, where there is one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self.check, handler(source))

    def check(self, value: str) -> str:
        """Returns the text; raises a fault when it does not match."""
        if re.fullmatch(self.expression, value):
            return value
        better = self.tell(value) if self.tell else None
        raise better or fault(self.code, f"{quoted(value)} {self.wrong}; {self.right}")

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        message = self.right[0].upper() + self.right[1:]
        return handler(core) | {"pattern": f"^(?:{self.expression})$", "patternErrorMessage": message}


def readable(read: Callable[[str], object], schema: dict[str, Any]) -> tuple[BeforeValidator, WithJsonSchema]:
    """Returns a check that a text about time can be read; the text itself is kept."""

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            read(value)
        except intervals.IntervalError as error:
            raise fault(error.code, str(error)) from error
        return value

    return BeforeValidator(check), WithJsonSchema(schema)


def _duration(value: Any) -> timedelta:
    try:
        return intervals.duration(value if isinstance(value, str) else quoted(value).strip('"'))
    except intervals.IntervalError as error:
        raise fault(error.code, str(error)) from error


def _whole_days(value: Any) -> timedelta:
    length = _duration(value)
    if not value.endswith("d"):
        raise fault("WJ013", f"{quoted(value)} is not a number of days; write such as 30d")
    return length


_MEGABYTES = {"MB": 1, "GB": 1024}


def _memory(value: Any) -> int:
    match = re.fullmatch("([1-9][0-9]{0,5})(MB|GB)", value) if isinstance(value, str) else None
    if match is None:
        raise fault("WJ012", f"{quoted(value)} is not a size of memory; write a whole number and MB or GB: 512MB, 2GB")
    return int(match.group(1)) * _MEGABYTES[match.group(2)]


def _only_true(value: Any) -> Literal[True]:
    if value is not True:
        raise fault("WJ015", f"{quoted(value)} is not one of true; leave the key out instead")
    return True


def _scalar_text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case _:
            raise fault("WJ012", f"expected a single value, found {quoted(value)}")


Duration = Annotated[timedelta, BeforeValidator(_duration), WithJsonSchema(DURATION_SCHEMA)]

Days = Annotated[
    timedelta,
    BeforeValidator(_whole_days),
    WithJsonSchema(
        {"type": "string", "pattern": "^[0-9]{1,7}d$", "patternErrorMessage": "Write a number of days, such as 30d"}
    ),
]
"""A duration of whole days."""

Memory = Annotated[
    int,
    BeforeValidator(_memory),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[1-9][0-9]{0,5}(MB|GB)$",
            "patternErrorMessage": "Write a whole number and MB or GB: 512MB, 2GB",
        }
    ),
]
"""Megabytes, written as `512MB` or `2GB`."""

Secret = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(vault:[A-Za-z][A-Za-z0-9-]{0,126}|stack:[A-Za-z][A-Za-z0-9_.-]*)$",
            "patternErrorMessage": "Write vault:<name> or stack:<key>; a secret itself has no place here",
        }
    ),
]
"""Where a secret is kept; what else is written is refused by WJ070, which names the variable and never the value."""

OnlyTrue = Annotated[Literal[True], BeforeValidator(_only_true)]
ScalarText = Annotated[str, BeforeValidator(_scalar_text), WithJsonSchema({"type": ["string", "number", "boolean"]})]


def days(count: int) -> timedelta:
    """Returns a number of days, for ranges."""
    return timedelta(days=count)


def minutes(count: int) -> timedelta:
    """Returns a number of minutes, for ranges."""
    return timedelta(minutes=count)


def seconds(count: int) -> timedelta:
    """Returns a number of seconds, for ranges."""
    return timedelta(seconds=count)
