"""The package's schema for languages that ask for it, such as Pulumi YAML: the types the emulator knows.

Made from what was extracted of the SDK; of outputs the SDK's classes tell the names alone, so that those which are no
inputs may hold anything. Form: pulumi's ``pkg/codegen/schema/pulumi.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.provider.check import split
from emulator.provider.facts import Facts

PACKAGE = "azure-native"
_SCALARS = {"s": "string", "b": "boolean", "i": "integer", "n": "number"}
_ANY = {"$ref": "pulumi.json#/Any"}


def package_schema(facts: Facts, tokens: Iterable[str]) -> dict[str, Any]:
    """Returns the schema of these resource types, with all that their inputs are made of."""
    writer = _Writer(facts)
    resources = {token: writer.resource(token) for token in tokens if facts.resource(token)}
    return {
        "name": PACKAGE,
        "version": facts.version,
        "resources": resources,
        "types": writer.types,
        "functions": {},
    }


class _Writer:
    """Writes types, and remembers the named ones they need."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.types: dict[str, Any] = {}

    def resource(self, token: str) -> dict[str, Any]:
        known = self._facts.resource(token)
        if known is None:
            raise ValueError(f"{token}: not in the SDK's types; ask for those in `facts.resources`")
        inputs = self._properties(known.inputs.properties)
        return {
            "inputProperties": inputs,
            "requiredInputs": list(known.inputs.required),
            "properties": {name: inputs.get(name, _ANY) for name in known.outputs},
        }

    def _properties(self, properties: Mapping[str, str]) -> dict[str, Any]:
        return {name: self._type(text) for name, text in properties.items()}

    def _type(self, text: str) -> dict[str, Any]:
        alternatives = [self._one(each) for each in split(text)]
        return alternatives[0] if len(alternatives) == 1 else {"oneOf": alternatives}

    def _one(self, text: str) -> dict[str, Any]:
        kind, rest = text[0], text[1:]
        match kind:
            case "[":
                return {"type": "array", "items": self._type(rest)}
            case "{":
                return {"type": "object", "additionalProperties": self._type(rest)}
            case "#":
                return self._named(rest, self._object)
            case "!":
                return self._named(rest, self._enum)
            case "A":
                return {"$ref": "pulumi.json#/Asset"}
            case _:
                return {"type": _SCALARS[kind]} if kind in _SCALARS else _ANY

    def _named(self, name: str, write: Any) -> dict[str, Any]:
        token = f"{PACKAGE}:{name}"
        if token not in self.types:
            self.types[token] = {}  # a type may hold itself
            self.types[token] = write(name)
        return {"$ref": f"#/types/{token}"}

    def _object(self, name: str) -> dict[str, Any]:
        known = self._facts.object(name)
        return {"type": "object", "properties": self._properties(known.properties), "required": list(known.required)}

    def _enum(self, name: str) -> dict[str, Any]:
        words = self._facts.enums[name]
        kind = "string" if all(isinstance(word, str) for word in words) else "number"
        return {"type": kind, "enum": [{"value": word} for word in words]}
