"""Templates: parameters, variables, resources in order, outputs.

ARM's phases are kept: defaults, variables, checks, then each resource when its turn comes (only then may it ask for
keys or for other resources), outputs last.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.template.context import Context
from emulator.template.errors import TemplateError
from emulator.template.evaluator import Evaluator, Place
from emulator.template.parameters import Parameter, declared, evaluated

_TOP = {
    "$schema",
    "apiProfile",
    "contentVersion",
    "definitions",
    "functions",
    "languageVersion",
    "metadata",
    "outputs",
    "parameters",
    "resources",
    "variables",
}
_REQUIRED = ("$schema", "contentVersion", "resources")
_UNSUPPORTED = {"functions": "user-defined functions", "definitions": "type definitions"}
_RESOURCE_REQUIRED = ("type", "apiVersion", "name")
_SECURE = {"securestring", "secureobject"}


@dataclass(frozen=True)
class TemplateResource:
    """One resource of a template, its names evaluated and its properties not yet."""

    type: str
    name: str
    """Full name: ``shop/onedeploy`` for a child."""
    api_version: str
    path: str
    """Where in the template it stands."""
    depends_on: tuple[str, ...]
    body: Mapping[str, Any] = field(repr=False)
    resolve: Callable[[], dict[str, Any]] = field(repr=False, compare=False)
    """Returns its properties, evaluated now."""

    def is_meant_by(self, reference: str) -> bool:
        """Tells whether an entry of ``dependsOn`` names this resource: by id, or by name."""
        types, names = self.type.split("/"), self.name.split("/")
        pairs = "/".join(f"{kind}/{name}" for kind, name in zip(types[1:], names, strict=False))
        full = f"/providers/{types[0]}/{pairs}"
        return reference.lower() == self.name.lower() or reference.lower().endswith(full.lower())


class Template:
    """A template in a context, checked, with its parameters and variables evaluated."""

    def __init__(self, document: Mapping[str, Any], given: Mapping[str, Any], context: Context) -> None:
        """
        Args:
            document: the template.
            given: parameter values by name.
            context: where it is deployed.

        Raises:
            TemplateError: it is not valid.
        """
        _check_top(document)
        self._document = document
        self._parameters: dict[str, Parameter] = {}
        self._variables: dict[str, Any] = {}
        self._evaluating: set[str] = set()
        self._evaluator = Evaluator(context, self._parameter, self._variable)
        for name, parameter in declared(document.get("parameters") or {}, given):
            self._parameters[name] = evaluated(name, parameter, self._evaluator)
        for name in document.get("variables") or {}:
            self._variable(name)
        self._evaluator.check(document.get("outputs") or {}, "outputs")
        self.resources = _in_order(list(self._resources(document["resources"], "", "", "resources")))

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters as ARM tells them: type and value, secure ones without the value."""
        return {name: parameter.answer for name, parameter in self._parameters.items()}

    def outputs(self) -> dict[str, Any]:
        """Returns the outputs, evaluated now: type and value, secure ones without the value."""
        answer: dict[str, Any] = {}
        for name, output in (self._document.get("outputs") or {}).items():
            path = f"outputs.{name}"
            if not isinstance(output, dict) or "type" not in output or "value" not in output:
                raise TemplateError("needs 'type' and 'value'", path)
            condition = self._evaluator.value(output.get("condition", True), Place.HEAD, f"{path}.condition")
            if condition is False:
                continue
            kind = str(output["type"])
            value = self._evaluator.value(output["value"], Place.OUTPUT, f"{path}.value")
            secure = kind.lower() in _SECURE
            answer[name] = {"type": type_word(kind), **({} if secure else {"value": value})}
        return answer

    def _parameter(self, name: str) -> Any:
        found = _by_name(self._parameters, name)
        if found is None:
            raise TemplateError(_missing("parameter", name, self._parameters))
        return found.value

    def _variable(self, name: str) -> Any:
        known = self._document.get("variables") or {}
        key = next((item for item in known if item.lower() == name.lower()), None)
        if key is None:
            raise TemplateError(_missing("variable", name, known))
        if key in self._evaluating:
            raise TemplateError(f"the variable '{key}' needs itself", f"variables.{key}")
        if key not in self._variables:
            self._evaluating.add(key)
            self._variables[key] = self._evaluator.value(known[key], Place.VARIABLE, f"variables.{key}")
            self._evaluating.discard(key)
        return self._variables[key]

    def _resources(self, items: Any, type: str, name: str, path: str) -> Iterator[TemplateResource]:
        if not isinstance(items, list):
            raise TemplateError("must be an array of resources", path)
        for index, body in enumerate(items):
            yield from self._resource(body, type, name, f"{path}[{index}]")

    def _resource(self, body: Any, type: str, name: str, path: str) -> Iterator[TemplateResource]:
        _check_resource(body, path)
        self._evaluator.check(body.get("properties") or {}, f"{path}.properties")
        head = {key: body[key] for key in (*_RESOURCE_REQUIRED, "condition", "dependsOn") if key in body}
        known = self._evaluator.value(head, Place.HEAD, path)
        if known.get("condition") is False:
            return
        full_type = f"{type}/{known['type']}" if type else str(known["type"])
        full_name = f"{name}/{known['name']}" if name else str(known["name"])
        if full_type.count("/") != full_name.count("/") + 1:
            raise TemplateError(f"the name '{full_name}' does not fit the type '{full_type}'", f"{path}.name")
        parents = (f"/providers/{_pairs(type, name)}",) if type else ()
        yield TemplateResource(
            full_type,
            full_name,
            str(known["apiVersion"]),
            path,
            (*map(str, known.get("dependsOn") or ()), *parents),
            body,
            lambda: dict(self._evaluator.value(body.get("properties") or {}, Place.PROPERTY, f"{path}.properties")),
        )
        yield from self._resources(body.get("resources") or [], full_type, full_name, f"{path}.resources")


def type_word(kind: str) -> str:
    """Returns a type as ARM spells it in answers."""
    words = {"securestring": "SecureString", "secureobject": "SecureObject"}
    return words.get(kind.lower(), kind[:1].upper() + kind[1:].lower())


def _pairs(type: str, name: str) -> str:
    provider, *types = type.split("/")
    return "/".join([provider, *(f"{kind}/{item}" for kind, item in zip(types, name.split("/"), strict=True))])


def _check_top(document: Mapping[str, Any]) -> None:
    for key in document:
        if key not in _TOP:
            raise TemplateError(f"the property '{key}' is not allowed at this level{_suggest(key, _TOP)}")
    for key in _REQUIRED:
        if key not in document:
            raise TemplateError(f"the required property '{key}' is missing")
    for key, words in _UNSUPPORTED.items():
        if document.get(key):
            raise TemplateError(f"{words} are not known to the emulator", key)
    for key in ("parameters", "variables", "outputs"):
        if not isinstance(document.get(key) or {}, dict):
            raise TemplateError("must be an object", key)


def _check_resource(body: Any, path: str) -> None:
    if not isinstance(body, dict):
        raise TemplateError("must be an object", path)
    for key in _RESOURCE_REQUIRED:
        if key not in body:
            raise TemplateError(f"the required property '{key}' is missing", path)
    if "copy" in body:
        raise TemplateError("copy loops are not known to the emulator; write the resources out", f"{path}.copy")


def _in_order(resources: list[TemplateResource]) -> tuple[TemplateResource, ...]:
    """Returns the resources with each after what it depends on, otherwise as written."""
    ordered: list[TemplateResource] = []
    waiting = list(resources)
    while waiting:
        ready = next((item for item in waiting if not _blocked(item, waiting)), None)
        if ready is None:
            raise TemplateError(f"circular dependency between {', '.join(item.name for item in waiting)}", "resources")
        waiting.remove(ready)
        ordered.append(ready)
    return tuple(ordered)


def _blocked(item: TemplateResource, waiting: list[TemplateResource]) -> bool:
    return any(other.is_meant_by(need) for need in item.depends_on for other in waiting)


def _by_name(values: Mapping[str, Parameter], name: str) -> Parameter | None:
    return next((value for key, value in values.items() if key.lower() == name.lower()), None)


def _missing(what: str, name: str, known: Mapping[str, Any]) -> str:
    return f"the {what} '{name}' is not found{_suggest(name, known)}"


def _suggest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
