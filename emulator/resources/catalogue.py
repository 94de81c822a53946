"""The resource types and functions the emulator knows."""

from __future__ import annotations

from emulator.resources import (
    authorization,
    blob,
    deployment,
    group,
    host_name,
    identity,
    locks,
    monitoring,
    network,
    plan,
    private_link,
    slot,
    storage_account,
    storage_content,
    vault,
    webapp,
    webapp_parts,
)
from emulator.resources.errors import UnknownTypeError
from emulator.resources.handler import Function, Handler

_FAMILIES = (
    authorization,
    blob,
    deployment,
    group,
    host_name,
    identity,
    locks,
    monitoring,
    network,
    plan,
    private_link,
    slot,
    storage_account,
    storage_content,
    vault,
    webapp,
    webapp_parts,
)
HANDLERS: dict[str, Handler] = {handler.token: handler for family in _FAMILIES for handler in family.HANDLERS}
FUNCTIONS: dict[str, Function] = {
    token: function for family in _FAMILIES for token, function in family.FUNCTIONS.items()
}


def handler(token: str) -> Handler:
    """Returns the handler of a resource type, or raises UnknownTypeError."""
    found = HANDLERS.get(token)
    if found is None:
        raise UnknownTypeError(_unknown("resource type", token, HANDLERS))
    return found


def function(token: str) -> Function:
    """Returns a function of the provider, or raises UnknownTypeError."""
    found = FUNCTIONS.get(token)
    if found is None:
        raise UnknownTypeError(_unknown("function", token, FUNCTIONS))
    return found


def _unknown(what: str, token: str, known: dict[str, Handler] | dict[str, Function]) -> str:
    names = ", ".join(sorted(name.removeprefix("azure-native:") for name in known))
    return f"{token}: a {what} the emulator does not know; it knows {names}"
