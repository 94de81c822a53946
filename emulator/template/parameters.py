"""Template parameters: which are given, what the others default to, and whether the values fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.template.errors import TemplateError
from emulator.template.evaluator import Evaluator, Place

_TYPES: Mapping[str, tuple[str, type]] = {
    "array": ("Array", list),
    "bool": ("Bool", bool),
    "int": ("Int", int),
    "object": ("Object", dict),
    "secureobject": ("SecureObject", dict),
    "securestring": ("SecureString", str),
    "string": ("String", str),
}


@dataclass(frozen=True)
class Parameter:
    """A parameter with its value."""

    type: str
    """As ARM spells it: ``String``, ``SecureString`` …"""
    value: Any = field(repr=False)

    @property
    def answer(self) -> dict[str, Any]:
        """Type and value as ARM tells them; a secure value is never told."""
        return {"type": self.type} if self.type.startswith("Secure") else {"type": self.type, "value": self.value}


def declared(declarations: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields each parameter's declaration, with a given value under ``given``.

    Raises:
        TemplateError: a value is given for no parameter, or none for one without a default.
    """
    lowered = {key.lower(): key for key in declarations}
    for name in given:
        if name.lower() not in lowered:
            raise TemplateError(f"the template has no parameter '{name}'", f"parameters.{name}")
    values = {lowered[name.lower()]: value for name, value in given.items()}
    for name, declaration in declarations.items():
        if not isinstance(declaration, dict) or str(declaration.get("type")).lower() not in _TYPES:
            raise TemplateError(f"needs a type, one of {', '.join(_TYPES)}", f"parameters.{name}")
        if name not in values and "defaultValue" not in declaration:
            raise TemplateError("has no value and no default", f"parameters.{name}")
        yield name, {**declaration, **({"given": values[name]} if name in values else {})}


def evaluated(name: str, declaration: Mapping[str, Any], evaluator: Evaluator) -> Parameter:
    """Returns a parameter with its given or default value, checked against its declaration."""
    path = f"parameters.{name}"
    if "given" in declaration:
        value = declaration["given"]
    else:
        value = evaluator.value(declaration["defaultValue"], Place.DEFAULT, f"{path}.defaultValue")
    word, wanted = _TYPES[str(declaration["type"]).lower()]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise TemplateError(f"the value is not of the type {word}", path)
    allowed = declaration.get("allowedValues")
    if allowed is not None and value not in allowed:
        raise TemplateError(f"the value is not one of the allowed {', '.join(map(repr, allowed))}", path)
    _check_range(value, declaration, path)
    return Parameter(word, value)


def _check_range(value: Any, declaration: Mapping[str, Any], path: str) -> None:
    for least, most, size in (
        ("minLength", "maxLength", len(value) if isinstance(value, str | list) else None),
        ("minValue", "maxValue", value if isinstance(value, int) else None),
    ):
        if size is None:
            continue
        if least in declaration and size < declaration[least]:
            raise TemplateError(f"the value is below {least} {declaration[least]}", path)
        if most in declaration and size > declaration[most]:
            raise TemplateError(f"the value is above {most} {declaration[most]}", path)
