"""How ARM writes a resource, from what azure-native answered for it: flat there, with `properties` here."""

from collections.abc import Mapping
from typing import Any

from emulator.store import Record

TOP_LEVEL = ("location", "tags", "kind", "sku", "identity", "zones", "plan", "managedBy", "etag", "systemData")
_ONLY_PULUMI = frozenset({"id", "name", "type", "properties", "azureApiVersion"})


def name_of(id: str) -> str:
    """The last name in an id."""
    return id.rpartition("/")[2]


def type_of(record: Record) -> str:
    """The record's ARM type: as answered, else as its id says."""
    answered = record.outputs.get("type")
    if isinstance(answered, str):
        return answered
    _, _, tail = record.id.rpartition("/providers/")
    provider, *segments = tail.split("/")
    return "/".join((provider, *segments[::2]))


def summary(record: Record) -> dict[str, Any]:
    """The resource as lists of all resources have it: without its properties."""
    outputs = record.outputs
    head = {"id": record.id, "name": outputs.get("name") or name_of(record.id), "type": type_of(record)}
    return head | {key: outputs[key] for key in TOP_LEVEL if _is_top_level(key, outputs)}


def envelope(record: Record, properties: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The whole resource.

    Args:
        properties: what is known better than the record says, such as the present state.
    """
    outputs = record.outputs
    nested = outputs.get("properties")
    rest = {key: value for key, value in outputs.items() if key not in _ONLY_PULUMI and not _is_top_level(key, outputs)}
    own = nested if isinstance(nested, dict) else {}
    return summary(record) | {"properties": {**own, **rest, **(properties or {})}}


def _is_top_level(key: str, outputs: Mapping[str, Any]) -> bool:
    """A site's `sku` is a property (the tier's name); everybody else's is an object beside the properties."""
    return key in TOP_LEVEL and key in outputs and not (key == "sku" and isinstance(outputs[key], str))
