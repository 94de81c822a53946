"""From JSON to the types a handler names: dataclasses with what they hold, and pydantic models where installed.

Unknown fields are ignored, so that a sender may add some, and .NET's `$AzureWebJobsParentId` does no harm.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import types
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from jobhost.errors import InvalidPayload, StartError

Reader = Callable[[Any, str], Any]
"""Turns a JSON value at a path into what was asked for; raises InvalidPayload."""

PARENT_FIELD = "$AzureWebJobsParentId"
"""What .NET's output binding adds to each object (QueueCausalityManager in azure-sdk-for-net)."""
_PLAIN: dict[type, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
    type(None): ((type(None),), "null"),
}


def parsed(content: bytes) -> Any:
    """The JSON value that `content` says.

    Raises:
        InvalidPayload: it says none.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidPayload(f"body: is neither JSON nor Base64 of JSON ({error}); expected a JSON object") from error


def checked(annotation: Any, where: str) -> Reader:
    """`reader`, which looks at the type's own fields at once.

    Raises:
        StartError: the type, or one of its fields, cannot be told from JSON.
    """
    made = reader(annotation, where)
    if isinstance(made, _Object):
        try:
            made.prepare()
        except NameError as error:
            raise StartError(
                f"{where}: {annotation.__name__} names {error.name!r}; expected a type of its module"
            ) from error
    return made


def reader(annotation: Any, where: str) -> Reader:
    """What reads values of the annotated type.

    Raises:
        StartError: the type cannot be told from JSON.
    """
    if isinstance(annotation, type) and hasattr(annotation, "model_validate"):
        return _model(annotation)
    if is_typeddict(annotation):
        return _Object(annotation, where, _keys_of, dict)
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        return _Object(annotation, where, _fields_of, annotation)
    if annotation in (Any, object):
        return lambda value, path: value
    if isinstance(annotation, type):
        return _plain_type(annotation, where)
    return _generic(get_origin(annotation), get_args(annotation), where)


@cache
def _of_texts() -> dict[type, tuple[Callable[[str], Any], str]]:
    """The types that JSON says as text; here, because most jobs need neither UUIDs nor decimals."""
    from decimal import Decimal
    from uuid import UUID

    return {
        datetime: (datetime.fromisoformat, "a date and time such as 2026-11-24T12:00:00Z"),
        date: (date.fromisoformat, "a date such as 2026-11-24"),
        UUID: (UUID, "a UUID"),
        Decimal: (Decimal, "a number as text"),
    }


def _plain_type(annotation: type, where: str) -> Reader:
    if annotation in _PLAIN:
        kinds, expected = _PLAIN[annotation]
        return lambda value, path: _of_kind(value, path, kinds, expected)
    if convert := _of_texts().get(annotation):
        return lambda value, path: _from_text(value, path, *convert)
    if annotation is timedelta:
        return lambda value, path: timedelta(seconds=_of_kind(value, path, (int, float), "a number of seconds"))
    if issubclass(annotation, enum.Enum):
        return _one_of(annotation, [member.value for member in annotation])
    if annotation in (list, tuple, set, frozenset, dict):
        return _generic(annotation, (), where)
    raise StartError(
        f"{where}: {annotation.__name__} cannot be read from JSON; expected dict, list, a dataclass, a pydantic model, "
        "or fields of plain types"
    )


def _generic(origin: Any, arguments: tuple[Any, ...], where: str) -> Reader:
    if origin in (Union, types.UnionType):
        return _union(arguments, where)
    if origin is Literal:
        return _one_of(lambda value: value, list(arguments))
    if origin is dict:
        of_values = reader(arguments[1], where) if arguments else reader(Any, where)
        return lambda value, path: {
            key: of_values(inner, _under(path, key))
            for key, inner in _of_kind(value, path, (dict,), "an object").items()
        }
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return _fixed_tuple([reader(argument, where) for argument in arguments])
    if origin in (list, tuple, set, frozenset):
        of_items = reader(arguments[0], where) if arguments else reader(Any, where)
        return lambda value, path: _collection(origin, of_items, value, path)
    raise StartError(f"{where}: {origin or 'this annotation'} cannot be read from JSON; expected a plain type")


Names = Callable[[Any], Iterable[tuple[str, bool]]]
"""The names that a type has, and whether each must be there."""


class _Object:
    """Reads an object by names. They are looked at when the first message comes, so that types may name themselves."""

    def __init__(self, annotation: Any, where: str, names: Names, make: Callable[..., Any]) -> None:
        self._type, self._where, self._names, self._make = annotation, where, names, make
        self._readers: dict[str, tuple[Reader, bool]] | None = None

    def prepare(self) -> dict[str, tuple[Reader, bool]]:
        """The reader of each name and whether it must be there."""
        if self._readers is None:
            hints = get_type_hints(self._type)
            self._readers = {
                name: (reader(hints[name], f"{self._where}, field {name}"), needed)
                for name, needed in self._names(self._type)
            }
        return self._readers

    def __call__(self, value: Any, path: str) -> Any:
        given, values = _of_kind(value, path, (dict,), "an object"), {}
        for name, (inner, needed) in self.prepare().items():
            if name in given:
                values[name] = inner(given[name], _under(path, name))
            elif needed:
                raise InvalidPayload(f"{_under(path, name)}: is missing; expected as {self._type.__name__} says")
        try:
            return self._make(**values)
        except (ValueError, TypeError) as error:  # what a __post_init__ refuses
            raise InvalidPayload(f"{path or 'body'}: {error}") from error


def _fields_of(annotation: Any) -> Iterator[tuple[str, bool]]:
    missing = dataclasses.MISSING
    for field in dataclasses.fields(annotation):
        if field.init:
            yield field.name, field.default is missing and field.default_factory is missing


def _keys_of(annotation: Any) -> Iterator[tuple[str, bool]]:
    """A TypedDict's; marks are looked for, as `__required_keys__` knows nothing of those that are written as text."""
    for name, hint in get_type_hints(annotation, include_extras=True).items():
        mark = get_origin(hint)
        yield name, mark is Required or (mark is not NotRequired and name in annotation.__required_keys__)


def _model(annotation: Any) -> Reader:
    def read(value: Any, path: str) -> Any:
        try:
            return annotation.model_validate_json(json.dumps(_without_parent(value)))
        except ValueError as error:
            raise InvalidPayload(_first_problem(error, path)) from error

    return read


def _first_problem(error: ValueError, path: str) -> str:
    """The first thing that pydantic found, without the value: it may be a secret."""
    details: list[dict[str, Any]] = getattr(error, "errors", list)()
    if not details:
        return f"{path or 'body'}: {error}"
    for part in details[0]["loc"]:
        path = f"{path}[{part}]" if isinstance(part, int) else _under(path, part)
    return f"{path or 'body'}: {details[0]['msg']}"


def _without_parent(value: Any) -> Any:
    return {key: inner for key, inner in value.items() if key != PARENT_FIELD} if isinstance(value, dict) else value


def _of_kind(value: Any, path: str, kinds: tuple[type, ...], expected: str) -> Any:
    if isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds):
        return value
    raise InvalidPayload(f"{path or 'body'}: is {_said(value)}; expected {expected}")


def _from_text(value: Any, path: str, convert: Callable[[str], Any], expected: str) -> Any:
    if expected == "a number as text" and isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    text = _of_kind(value, path, (str,), expected)
    try:
        return convert(text)
    except (ValueError, ArithmeticError) as error:  # a decimal's refusal is arithmetic
        raise InvalidPayload(f"{path or 'body'}: cannot be read; expected {expected}") from error


def _one_of(convert: Callable[[Any], Any], allowed: list[Any]) -> Reader:
    def read(value: Any, path: str) -> Any:
        if not any(value == one and type(value) is type(one) for one in allowed):
            raise InvalidPayload(f"{path or 'body'}: is none of {', '.join(map(repr, allowed))}")
        return convert(value)

    return read


def _union(arguments: tuple[Any, ...], where: str) -> Reader:
    readers = [reader(argument, where) for argument in arguments]

    def read(value: Any, path: str) -> Any:
        problems = []
        for inner in readers:
            try:
                return inner(value, path)
            except InvalidPayload as problem:
                problems.append(problem)
        raise max(problems, key=lambda problem: len(str(problem).partition(":")[0]))  # the one that got furthest

    return read


def _fixed_tuple(readers: list[Reader]) -> Reader:
    def read(value: Any, path: str) -> Any:
        items = _of_kind(value, path, (list,), f"a list of {len(readers)}")
        if len(items) != len(readers):
            raise InvalidPayload(f"{path or 'body'}: has {len(items)} items; expected {len(readers)}")
        return tuple(
            inner(item, f"{path}[{index}]") for index, (inner, item) in enumerate(zip(readers, items, strict=True))
        )

    return read


def _collection(make: Any, of_items: Reader, value: Any, path: str) -> Any:
    items = _of_kind(value, path, (list,), "a list")
    try:
        return make(of_items(item, f"{path}[{index}]") for index, item in enumerate(items))
    except TypeError as error:
        raise InvalidPayload(f"{path or 'body'}: {error}") from error


def _under(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _said(value: Any) -> str:
    """The JSON type's name; never the value, which may be a secret."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
