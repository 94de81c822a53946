"""What all models share: strict, frozen, no unknown keys; and the small types their fields are made of."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from oneplan.manifest import intervals
from oneplan.manifest.problems import quoted

T = TypeVar("T")


def fault(code: str, text: str) -> PydanticCustomError:
    """Returns a validation error that carries a check's code and its whole text."""
    return PydanticCustomError("check", "{text}", {"code": code, "text": text})


class Section(BaseModel):
    """Base of every map in the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    stand_ins: ClassVar[Mapping[str, Any]] = {}
    """For required keys that are missing or at fault, so that the rest of the map can still be checked."""

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:
        """A null takes a value away; an unknown key stays, to be told, whatever its value."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}


def _without_nulls(data: Any) -> Any:
    return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data


Named = Annotated[dict[str, T], BeforeValidator(_without_nulls)]
"""A map with keys of the user's own choice; a null takes an entry away."""


def _duration(value: Any) -> timedelta:
    try:
        return intervals.duration(value if isinstance(value, str) else quoted(value).strip('"'))
    except intervals.IntervalError as error:
        raise fault(error.code, str(error)) from error


def between(low: Any, high: Any) -> AfterValidator:
    """Returns a check that a number or a duration lies in a range, ends included."""

    def check(value: Any) -> Any:
        if low <= value <= high:
            return value
        raise fault("WJ014", f"{_shown(value)} is outside {_shown(low)} to {_shown(high)}")

    return AfterValidator(check)


def readable(read: Callable[[str], str]) -> BeforeValidator:
    """Returns a check that a text about time can be read; the text itself is kept."""

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            read(value)
        except intervals.IntervalError as error:
            raise fault(error.code, str(error)) from error
        return value

    return BeforeValidator(check)


def _shown(value: Any) -> str:
    return intervals.words(value) if isinstance(value, timedelta) else str(value)


Duration = Annotated[timedelta, BeforeValidator(_duration)]


def days(count: int) -> timedelta:
    """Returns a number of days, for ranges."""
    return timedelta(days=count)


def minutes(count: int) -> timedelta:
    """Returns a number of minutes, for ranges."""
    return timedelta(minutes=count)


def seconds(count: int) -> timedelta:
    """Returns a number of seconds, for ranges."""
    return timedelta(seconds=count)
