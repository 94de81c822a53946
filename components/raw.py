"""Raw azure-native arguments of the manifest's `azure:` fields, as plain values that the SDK takes. Pure."""

from collections.abc import Mapping
from typing import Any


def thawed(value: Any) -> Any:
    """Returns frozen maps and tuples as the dictionaries and lists that the SDK takes, at every depth."""
    match value:
        case Mapping():
            return {key: thawed(item) for key, item in value.items()}
        case tuple() | list():
            return [thawed(item) for item in value]
        case _:
            return value


def merged(ours: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Returns our arguments with the raw ones over them.

    The manifest refuses raw arguments that it sets itself, so what is replaced here is a default of ours.
    """
    return {**ours, **thawed(raw)}
