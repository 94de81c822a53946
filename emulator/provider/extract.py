"""Writes what the installed azure-native SDK says about its types as one compact JSON file.

Run as a program, ``python -m emulator.provider.extract OUT.json``: it is the one place in the emulator that imports
the SDK, and does so in a process of its own. The SDK's generated classes are its schema: argument classes give the
inputs, resource classes the outputs, enums the allowed words.

A type is written as ``s`` (string), ``b`` (bool), ``i`` (integer), ``n`` (number), ``A`` (asset or archive), ``*``
(anything), ``[T`` (list of T), ``{T`` (map to T), ``#name`` (object), ``!name`` (enum); ``|`` joins alternatives.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import typing
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any

MODULES = (
    "applicationinsights",
    "authorization",
    "consumption",
    "keyvault",
    "managedidentity",
    "monitor",
    "operationalinsights",
    "privatedns",
    "resources",
    "storage",
    "web",
)
"""The SDK's modules whose resource types are written."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "network": ("PrivateDnsZoneGroup", "PrivateEndpoint", "Subnet", "VirtualNetwork"),
}
"""Of these modules some types only: they have hundreds, of which the emulator knows a few."""

_SCALARS = {str: "s", bool: "b", int: "i", float: "n"}
_API_VERSION = re.compile(r"Uses Azure REST API version ([0-9a-z-]+?)\.(?:\s|$)")


class Extractor:
    """Collects resources, and the objects and enums they need, from SDK modules."""

    def __init__(self) -> None:
        """Starts with nothing collected."""
        import pulumi
        from pulumi import _types

        self._pulumi = pulumi
        self._types = _types
        self._assets = (pulumi.Asset, pulumi.Archive)
        self._scope = {**vars(pulumi.output), **vars(pulumi)}
        self._resources: dict[str, Any] = {}
        self._objects: dict[str, Any] = {}
        self._enums: dict[str, list[Any]] = {}

    def add(self, name: str) -> None:
        """Adds every resource of the SDK's module ``name``."""
        module = importlib.import_module(f"pulumi_azure_native.{name}")
        hasattr(module, name)  # the SDK's modules are lazy: asking for any public name loads them
        for cls in list(vars(module).values()):
            if inspect.isclass(cls) and issubclass(cls, self._pulumi.CustomResource):
                self._resources[f"azure-native:{name}:{cls.__name__}"] = self._resource(cls)

    def add_part(self, name: str, types: Sequence[str]) -> None:
        """Adds some resources of the SDK's module ``name``."""
        module = importlib.import_module(f"pulumi_azure_native.{name}")
        for type_ in types:
            self._resources[f"azure-native:{name}:{type_}"] = self._resource(getattr(module, type_))

    def facts(self) -> dict[str, Any]:
        """Returns everything collected, ready for JSON."""
        return {
            "version": version("pulumi_azure_native"),
            "resources": self._resources,
            "objects": self._objects,
            "enums": self._enums,
        }

    def _resource(self, cls: type) -> dict[str, Any]:
        module = sys.modules[cls.__module__]
        args = getattr(module, f"{cls.__name__}InitArgs", None) or getattr(module, f"{cls.__name__}Args")
        properties, required = self._properties(args)
        found = _API_VERSION.search(Path(str(module.__file__)).read_text("utf-8"))
        return {
            "api": found.group(1) if found else "",
            "inputs": properties,
            "required": required,
            "outputs": sorted(self._types.resource_types(cls)),
        }

    def _properties(self, cls: type) -> tuple[dict[str, str], list[str]]:
        wire = self._types.input_type_py_to_pulumi_names(cls)
        hints = typing.get_type_hints(cls.__init__, globalns={**self._scope, **vars(_module(cls))})  # type: ignore[misc]
        parameters = inspect.signature(cls.__init__).parameters  # type: ignore[misc]
        properties = {wire[name]: self._type(hints[name]) for name in wire}
        required = sorted(wire[name] for name in wire if parameters[name].default is inspect.Parameter.empty)
        return properties, required

    def _type(self, hint: Any) -> str:
        return "|".join(dict.fromkeys(self._alternatives(hint)))

    def _alternatives(self, hint: Any) -> Iterator[str]:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Union:
            yield from self._union(arguments)
        elif origin is not None and issubclass(origin, Mapping):
            yield "{" + _grouped(self._type(arguments[1]))
        elif origin is not None and issubclass(origin, Sequence):
            yield "[" + _grouped(self._type(arguments[0]))
        elif inspect.isclass(hint):
            yield self._class(hint)
        else:
            yield "*"

    def _union(self, arguments: tuple[Any, ...]) -> Iterator[str]:
        plain = [item for item in arguments if item is not NoneType and not self._is_eventual(item)]
        # Union[str, Enum] is the SDK's open enum. A word Azure does not know is a mistake all the same: closed here.
        if any(inspect.isclass(item) and issubclass(item, Enum) for item in plain):
            plain = [item for item in plain if item is not str]
        for item in plain:
            yield from self._alternatives(item)

    def _is_eventual(self, hint: Any) -> bool:
        origin = typing.get_origin(hint) or hint
        return origin is typing.Awaitable or getattr(origin, "__name__", "") in {"Awaitable", "Output"}

    def _class(self, cls: type) -> str:
        if cls in _SCALARS:
            return _SCALARS[cls]
        if issubclass(cls, self._assets):
            return "A"
        if issubclass(cls, Enum):
            return "!" + self._enum(cls)
        if self._types.is_input_type(cls):
            return "#" + self._object(cls)
        return "{*" if typing.is_typeddict(cls) else "*"

    def _enum(self, cls: type[Enum]) -> str:
        name = _name(cls)
        self._enums.setdefault(name, [item.value for item in cls])
        return name

    def _object(self, cls: type) -> str:
        name = _name(cls).removesuffix("Args")
        if name not in self._objects:
            self._objects[name] = None  # stands until the properties are known: types may contain themselves
            properties, required = self._properties(cls)
            self._objects[name] = {"properties": properties, "required": required}
        return name


def _module(cls: type) -> ModuleType:
    return sys.modules[cls.__module__]


def _name(cls: type) -> str:
    return f"{cls.__module__.split('.')[1]}:{cls.__name__}"


def _grouped(type_: str) -> str:
    return f"({type_})" if "|" in type_ else type_


def main(arguments: Sequence[str]) -> int:
    """Writes the facts to the file named in ``arguments``; the file appears whole or not at all."""
    target = Path(arguments[0])
    extractor = Extractor()
    for module in MODULES:
        extractor.add(module)
    for name, types in PARTS.items():
        extractor.add_part(name, types)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    partial.write_text(json.dumps(extractor.facts(), separators=(",", ":"), sort_keys=True))
    partial.replace(target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
