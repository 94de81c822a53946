"""Values that Pulumi programs pass and JSON has no word for, and what may be done with them.

Everything else on the wire is plain JSON: None, bool, int, float, str, list and dict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Secret:
    """A value that must stay encrypted in Pulumi's state."""

    value: Any

    def __repr__(self) -> str:
        """Shows that there is a secret, never which."""
        return "Secret(…)"


@dataclass(frozen=True)
class Unknown:
    """A value known only after the real update; seen in previews."""

    kind: str = "string"


@dataclass(frozen=True)
class Asset:
    """A file's content: by text, path or address. Old values carry the hash alone."""

    hash: str = ""
    text: str | None = None
    path: str | None = None
    uri: str | None = None


@dataclass(frozen=True)
class Archive:
    """A folder's or archive's content, with members by name when it was put together in the program."""

    hash: str = ""
    path: str | None = None
    uri: str | None = None
    assets: tuple[tuple[str, Any], ...] | None = None


@dataclass(frozen=True)
class Reference:
    """A reference to another resource."""

    urn: str
    id: Any = None
    package_version: str = ""


@dataclass(frozen=True)
class Eventual:
    """Pulumi's output value: a value, known or not, with what it depends on."""

    value: Any
    dependencies: tuple[str, ...] = ()
    secret: bool = False


def transform(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """Rebuilds ``value`` with every value that is not a list or dict replaced by ``leaf`` of it."""
    if isinstance(value, dict):
        return {key: transform(item, leaf) for key, item in value.items()}
    if isinstance(value, list):
        return [transform(item, leaf) for item in value]
    return leaf(value)


def reveal(value: Any) -> Any:
    """Returns ``value`` without the wrappers around secrets and output values, at every depth."""
    match value:
        case dict():
            return {key: reveal(item) for key, item in value.items()}
        case list():
            return [reveal(item) for item in value]
        case Secret() | Eventual():
            return reveal(value.value)
        case _:
            return value


def has_secret(value: Any) -> bool:
    """Tells whether a secret stands anywhere in ``value``."""
    match value:
        case dict():
            return any(map(has_secret, value.values()))
        case list():
            return any(map(has_secret, value))
        case Eventual():
            return value.secret or has_secret(value.value)
        case _:
            return isinstance(value, Secret)


def has_unknown(value: Any) -> bool:
    """Tells whether an unknown stands anywhere in ``value``."""
    match value:
        case dict():
            return any(map(has_unknown, value.values()))
        case list():
            return any(map(has_unknown, value))
        case Secret() | Eventual():
            return has_unknown(value.value)
        case _:
            return isinstance(value, Unknown)


def keep_secret(outputs: Any, inputs: Any) -> Any:
    """Marks in ``outputs`` what was secret under the same name in ``inputs``.

    What did not change keeps its marks. Objects are followed by key; a changed list that held a secret becomes secret
    as a whole, because its order may be another: the rule the engine applies for providers that know no secrets
    (``annotateSecrets``, pulumi's ``pkg/resource/plugin/provider_plugin.go``).
    """
    if not has_secret(inputs):
        return outputs
    if outputs == reveal(inputs):
        return inputs
    if isinstance(inputs, dict) and isinstance(outputs, dict):
        return {key: keep_secret(value, inputs[key]) if key in inputs else value for key, value in outputs.items()}
    return outputs if isinstance(outputs, Secret) else Secret(outputs)


def without_contents(value: Any) -> Any:
    """Returns ``value`` with assets and archives reduced to their hashes, as the engine keeps old values."""

    def leaf(item: Any) -> Any:
        return type(item)(hash=item.hash) if isinstance(item, Asset | Archive) else item

    return transform(value, leaf)


def text(values: Mapping[str, Any], key: str, default: str = "") -> str:
    """Returns the string under ``key``; anything else, an unknown among them, counts as absent."""
    value = values.get(key)
    return value if isinstance(value, str) else default
