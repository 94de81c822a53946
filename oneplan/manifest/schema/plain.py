"""pydantic's schema of a model, rewritten for the YAML language server.

The server completes `null` where a branch allows it, lists the names of classes where there is `anyOf`, and shows a
title as the heading of every hover text; so there is none of these.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from oneplan.manifest import intervals

Schema = dict[str, Any]

_HIDDEN = ("title", "discriminator")
_NO_VALUES: tuple[object, ...] = (None, [], {}, "")
_REF = "#/$defs/"
_TEXT = "Write text; a number, true or false needs quotes"


class _Generator(GenerateJsonSchema):
    """Defaults as a user writes them."""

    def encode_default(self, dft: Any) -> Any:
        return intervals.words(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def of_model(model: type[BaseModel]) -> Schema:
    """Returns a model's schema with its `$defs`, every property with a plain and a markdown description.

    Examples are values rather than YAML text. Defaults that only mean "nothing" are left out.
    """
    schema: Schema = _plain(model.model_json_schema(schema_generator=_Generator))
    definitions: Schema = schema.get("$defs", {})
    for node in (schema, *definitions.values()):
        for name, entry in node.get("properties", {}).items():
            node["properties"][name] = _described(entry, definitions)
    for node in (schema, *definitions.values()):
        node["description"] = node["description"].replace("`", "")
    return schema


def resolved(schema: Schema) -> Schema:
    """Returns a schema with every reference replaced by what it points to, and no `$defs`."""
    definitions = schema.get("$defs", {})

    def inline(node: Any) -> Any:
        if isinstance(node, list):
            return [inline(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**definitions[node["$ref"].removeprefix(_REF)], **beside}
        return {key: inline(value) for key, value in node.items()}

    whole: Schema = inline({key: value for key, value in schema.items() if key != "$defs"})
    return deepcopy(whole)


def sections(schema: Schema) -> Iterator[Schema]:
    """Yields every part that describes a map with known keys, the schema itself first."""
    yield from (node for node in (schema, *schema.get("$defs", {}).values()) if "properties" in node)


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = _without_null_branch(node)
    if node.get("default") is False or node.get("default") in _NO_VALUES:
        node = {key: value for key, value in node.items() if key != "default"}
    shown = {key: value for key, value in node.items() if key not in _HIDDEN}
    if shown.get("type") == "string" and "enum" not in shown:
        shown["errorMessage"] = shown.get("patternErrorMessage", _TEXT)
    return {key: _named(value) if key in ("properties", "$defs") else _plain(value) for key, value in shown.items()}


def _named(entries: Mapping[str, Any]) -> Schema:
    """The entries of a map whose keys are names: a property may be called `title`."""
    return {name: _plain(entry) for name, entry in entries.items()}


def _without_null_branch(node: Schema) -> Schema:
    branches = [one for one in node.get("anyOf", ()) if one != {"type": "null"}]
    if len(branches) != 1:
        return node
    return {**branches[0], **{key: value for key, value in node.items() if key != "anyOf"}}


def _described(entry: Schema, definitions: Mapping[str, Schema]) -> Schema:
    text = entry.get("description") or definitions[entry["$ref"].removeprefix(_REF)]["description"]
    words = {"description": text.replace("`", ""), "markdownDescription": text}
    examples = {"examples": [yaml.safe_load(one) for one in entry["examples"]]} if "examples" in entry else {}
    return {**entry, **words, **examples}
