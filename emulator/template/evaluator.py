"""Values of expressions: each function of the language, where in a template it may stand, and what it returns."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from enum import Enum

from emulator.template.context import Context
from emulator.template.dates import DEFAULT_FORMAT, format_date
from emulator.template.errors import TemplateError
from emulator.template.expression import Call, Literal, Member, Node, is_expression, literal_text, parse
from emulator.template.functions import FUNCTIONS, Value

_LIST = re.compile(r"list\w*", re.IGNORECASE)


class Place(Enum):
    """Where an expression stands; it decides which functions are allowed."""

    DEFAULT = "a parameter's defaultValue"
    VARIABLE = "variables"
    HEAD = "a resource's name, type, condition or dependsOn"
    PROPERTY = "a resource's properties"
    OUTPUT = "outputs"


class Evaluator:
    """Evaluates values of one template in one context."""

    def __init__(
        self,
        context: Context,
        parameter: Callable[[str], Value],
        variable: Callable[[str], Value],
    ) -> None:
        """
        Args:
            context: where the template is deployed.
            parameter: a parameter's value by name.
            variable: a variable's value by name.
        """
        self._context = context
        self._now = context.clock()
        self._lookups = {"parameters": parameter, "variables": variable}
        self._own: dict[str, Callable[[list[Value], Place], Value]] = {
            "deployment": self._deployment,
            "environment": self._environment,
            "newguid": self._new_guid,
            "parameters": lambda arguments, _: self._named("parameters", arguments),
            "reference": self._reference,
            "resourcegroup": lambda arguments, _: dict(context.group),
            "resourceid": lambda arguments, _: self._resource_id(arguments),
            "subscription": self._subscription,
            "subscriptionresourceid": lambda arguments, _: self._subscription_id(arguments),
            "utcnow": self._utc_now,
            "variables": lambda arguments, _: self._named("variables", arguments),
        }

    def check(self, value: Value, path: str) -> None:
        """Raises TemplateError for the first expression in ``value`` that is not one."""
        match value:
            case dict():
                for key, item in value.items():
                    self.check(item, f"{path}.{key}")
            case list():
                for index, item in enumerate(value):
                    self.check(item, f"{path}[{index}]")
            case str() if is_expression(value):
                _located(lambda: parse(value), path)

    def value(self, value: Value, place: Place, path: str) -> Value:
        """Returns a template's value with every expression in it evaluated.

        Raises:
            TemplateError: an expression is wrong; the error says where.
        """
        match value:
            case dict():
                return {key: self.value(item, place, f"{path}.{key}" if path else key) for key, item in value.items()}
            case list():
                return [self.value(item, place, f"{path}[{index}]") for index, item in enumerate(value)]
            case str() if is_expression(value):
                return _located(lambda: self.evaluate(parse(value), place), path)
            case str():
                return literal_text(value)
            case _:
                return value

    def evaluate(self, node: Node, place: Place) -> Value:
        """Returns the value of an expression's tree."""
        match node:
            case Literal(value):
                return value
            case Member(target, key):
                return _member(self.evaluate(target, place), self.evaluate(key, place))
            case Call(name, arguments) if name.lower() == "if":
                return self._if(arguments, place)
            case Call(name, arguments):
                return self._call(name, [self.evaluate(item, place) for item in arguments], place)

    def _if(self, arguments: tuple[Node, ...], place: Place) -> Value:
        if len(arguments) != 3:
            raise TemplateError(f"if: takes 3 arguments, not {len(arguments)}")
        chosen = 1 if self.evaluate(arguments[0], place) is True else 2
        return self.evaluate(arguments[chosen], place)

    def _call(self, name: str, arguments: list[Value], place: Place) -> Value:
        lowered = name.lower()
        if lowered in self._own:
            return self._own[lowered](arguments, place)
        if _LIST.fullmatch(name):
            return self._list(name, arguments, place)
        function = FUNCTIONS.get(lowered)
        if function is None:
            raise TemplateError(f"{name}: a function the emulator does not know")
        count, most = len(arguments), function.most
        if count < function.least or (most is not None and count > most):
            wanted = function.least if most == function.least else f"{function.least} to {most or 'any number'}"
            raise TemplateError(f"{name}: takes {wanted} arguments, not {count}")
        try:
            return function.call(*arguments)
        except (TypeError, AttributeError, ValueError, OverflowError, OSError) as error:
            raise TemplateError(f"{name}: cannot work on {_types(arguments)}") from error

    def _named(self, kind: str, arguments: list[Value]) -> Value:
        if len(arguments) != 1 or not isinstance(arguments[0], str):
            raise TemplateError(f"{kind}: takes one name")
        return self._lookups[kind](arguments[0])

    def _list(self, name: str, arguments: list[Value], place: Place) -> Value:
        _allow(name, place, Place.PROPERTY, Place.OUTPUT)
        if len(arguments) not in (2, 3):
            raise TemplateError(f"{name}: takes a resource id, an API version and perhaps a body")
        body = arguments[2] if len(arguments) == 3 else {}
        return self._context.list_function(name, str(arguments[0]), str(arguments[1]), body)

    def _reference(self, arguments: list[Value], place: Place) -> Value:
        _allow("reference", place, Place.PROPERTY, Place.OUTPUT)
        if not 1 <= len(arguments) <= 3:
            raise TemplateError("reference: takes a resource id, perhaps an API version and 'Full'")
        full = len(arguments) == 3 and str(arguments[2]).lower() == "full"
        return self._context.reference(str(arguments[0]), full)

    def _utc_now(self, arguments: list[Value], place: Place) -> str:
        _allow("utcNow", place, Place.DEFAULT)
        return format_date(self._now, str(arguments[0]) if arguments else DEFAULT_FORMAT)

    def _new_guid(self, arguments: list[Value], place: Place) -> str:
        _allow("newGuid", place, Place.DEFAULT)
        return str(uuid.uuid4())

    def _resource_id(self, arguments: list[Value]) -> str:
        start = next((index for index, item in enumerate(arguments) if "/" in str(item)), None)
        if start is None or start > 2:
            raise TemplateError("resourceId: needs a type such as 'Microsoft.Web/sites' and its names")
        leading = [str(item) for item in arguments[:start]]
        group = leading[-1] if leading else str(self._context.group["name"])
        subscription = leading[0] if len(leading) == 2 else self._context.subscription_id
        scope = f"/subscriptions/{subscription}/resourceGroups/{group}"
        return scope + _provider_path("resourceId", arguments[start:])

    def _subscription_id(self, arguments: list[Value]) -> str:
        own = bool(arguments) and "/" in str(arguments[0])
        subscription = self._context.subscription_id if own else str(arguments[0] if arguments else "")
        rest = arguments if own else arguments[1:]
        return f"/subscriptions/{subscription}{_provider_path('subscriptionResourceId', rest)}"

    def _subscription(self, arguments: list[Value], place: Place) -> Value:
        return {
            "id": f"/subscriptions/{self._context.subscription_id}",
            "subscriptionId": self._context.subscription_id,
            "tenantId": self._context.tenant_id,
            "displayName": "Local",
        }

    def _deployment(self, arguments: list[Value], place: Place) -> Value:
        return {"name": self._context.deployment, "properties": {"mode": "Incremental"}}

    def _environment(self, arguments: list[Value], place: Place) -> Value:
        return {"name": "AzureCloud", "resourceManager": "https://management.azure.com/"}


def _located(work: Callable[[], Value], path: str) -> Value:
    """Returns what ``work`` returns; an error of it that has no place yet gets ``path``."""
    try:
        return work()
    except TemplateError as error:
        raise error if error.path else TemplateError(error.message, path) from error


def _provider_path(function: str, parts: list[Value]) -> str:
    provider, *types = str(parts[0]).split("/") if parts else [""]
    names = [str(part) for part in parts[1:]]
    if not types or len(types) != len(names):
        raise TemplateError(f"{function}: a type of {len(types)} parts needs as many names, not {len(names)}")
    return f"/providers/{provider}" + "".join(f"/{kind}/{name}" for kind, name in zip(types, names, strict=True))


def _member(target: Value, key: Value) -> Value:
    if isinstance(target, dict):
        # Property names are found whatever their case, as everywhere in ARM.
        for name, value in target.items():
            if name.lower() == str(key).lower():
                return value
        raise TemplateError(f"the property '{key}' does not exist; there are {', '.join(target) or 'none'}")
    if isinstance(target, list) and isinstance(key, int):
        if not 0 <= key < len(target):
            raise TemplateError(f"the index {key} is outside an array of {len(target)}")
        return target[key]
    raise TemplateError(f"'{key}' cannot be read from {_types([target])}")


def _allow(function: str, place: Place, *places: Place) -> None:
    if place not in places:
        allowed = " and ".join(item.value for item in places)
        raise TemplateError(f"the function '{function}' may stand in {allowed} only, not in {place.value}")


def _types(values: list[Value]) -> str:
    names: Mapping[type, str] = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "a bool",
        int: "an int",
        type(None): "null",
    }
    return ", ".join(names.get(type(value), "a number") for value in values) or "nothing"
