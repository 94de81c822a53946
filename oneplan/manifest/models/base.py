"""What all models share: strict, frozen, no unknown keys; a null takes a value away."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

T = TypeVar("T")


def fault(code: str, text: str, *, at: Literal["value", "key"] = "value") -> PydanticCustomError:
    """Returns a validation error that carries a check's code, its whole text, and which place it is told at."""
    return PydanticCustomError("check", "{text}", {"code": code, "text": text, "at": at})


class Section(BaseModel):
    """Base of every map in the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    stand_ins: ClassVar[Mapping[str, Any]] = {}
    """For required keys that are missing or at fault, so that the rest of the map can still be checked."""

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:
        """A null takes a value away; an unknown key stays, to be told, whatever its value."""
        if not isinstance(data, dict) or None not in data.values():
            return data
        return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}


def _without_nulls(data: Any) -> Any:
    if not isinstance(data, dict) or None not in data.values():
        return data
    return {key: value for key, value in data.items() if value is not None}


Named = Annotated[dict[str, T], BeforeValidator(_without_nulls)]
"""A map with keys of the user's own choice; a null takes an entry away."""
