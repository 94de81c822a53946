"""Raw azure-native arguments under `azure:`: names, types and values as the SDK has them, in snake_case.

What oneplan sets itself is refused with the field that sets it, so that nothing is said twice. The facts are in
`azure_arguments.json`, extracted from the installed SDK by `tools/azure_arguments.py`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from oneplan.manifest.models.base import fault
from oneplan.manifest.problems import near, quoted

Target = Literal["plan", "app"]
Path = tuple[str | int, ...]
Fault = tuple[Path, PydanticCustomError]

_RUNTIME = "runtime says it"
_NEVER = "it is fixed for every app"

TAKEN: Mapping[Target, Mapping[Path, str]] = {
    "plan": {
        ("name",): "name says it",
        ("resource_group_name",): "name says it",
        ("location",): "location says it",
        ("kind",): "plan.os says it",
        ("reserved",): "plan.os says it",
        ("sku",): "plan.sku and plan.instances say it",
        ("tags",): "tags says it",
        ("zone_redundant",): "plan.zone_redundant says it",
    },
    "app": {
        ("name",): "the app's own name says it",
        ("resource_group_name",): "name says it",
        ("location",): "location says it",
        ("kind",): "kind and plan.os say it",
        ("reserved",): "plan.os says it",
        ("server_farm_id",): "every app is on the one plan",
        ("identity",): "uses, sends and secrets say what the app's identity may do",
        ("key_vault_reference_identity",): "secrets says it",
        ("https_only",): _NEVER,
        ("public_network_access",): "private says it",
        ("virtual_network_subnet_id",): "network.apps says it",
        ("tags",): "tags says it",
        ("site_config", "acr_use_managed_identity_creds"): "registry says it",
        ("site_config", "acr_user_managed_identity_id"): "registry says it",
        ("site_config", "always_on"): "an app that carries jobs is always on",
        ("site_config", "app_command_line"): "command says it",
        ("site_config", "app_settings"): "env and secrets say it",
        ("site_config", "connection_strings"): "env and secrets say it",
        ("site_config", "cors"): "cors says it",
        ("site_config", "ftps_state"): _NEVER,
        ("site_config", "health_check_path"): "health says it",
        ("site_config", "java_container"): _RUNTIME,
        ("site_config", "java_container_version"): _RUNTIME,
        ("site_config", "java_version"): _RUNTIME,
        ("site_config", "key_vault_reference_identity"): "secrets says it",
        ("site_config", "linux_fx_version"): _RUNTIME,
        ("site_config", "min_tls_version"): _NEVER,
        ("site_config", "net_framework_version"): _RUNTIME,
        ("site_config", "node_version"): _RUNTIME,
        ("site_config", "php_version"): _RUNTIME,
        ("site_config", "python_version"): _RUNTIME,
        ("site_config", "remote_debugging_enabled"): _NEVER,
        ("site_config", "scm_min_tls_version"): _NEVER,
        ("site_config", "website_time_zone"): "time_zone says it",
        ("site_config", "windows_fx_version"): _RUNTIME,
        ("site_config", "public_network_access"): "private says it",
    },
}
"""What oneplan sets, and the words that say where it comes from."""

_EXPECTED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "string": (lambda value: isinstance(value, str), "text"),
    "integer": (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number"),
    "number": (lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "any": (lambda value: True, "anything"),
}


@cache
def facts() -> Mapping[str, Any]:
    """Returns the SDK's arguments; `tools/azure_arguments.py` says how they are written."""
    found: dict[str, Any] = json.loads((files("oneplan.manifest") / "azure_arguments.json").read_text(encoding="utf-8"))
    return found


def checked(target: Target) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Returns a check of the map under `azure:`; it raises a ValidationError with every fault at its place."""

    def check(value: dict[str, Any]) -> dict[str, Any]:
        found = list(_arguments(value, facts()[target], (), TAKEN[target])) if value else []
        if not found:
            return {name: _without_nulls(one) for name, one in value.items() if one is not None}
        lines = [InitErrorDetails(type=error, loc=path, input=value) for path, error in found]
        raise ValidationError.from_exception_data("azure", lines)

    return check


def _arguments(value: Any, known: Mapping[str, str], path: Path, taken: Mapping[Path, str]) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield path, fault("WJ012", f"expected a map of arguments, found {quoted(value)}; known here: {_some(known)}")
        return
    for name, one in value.items():
        here = (*path, name)
        if name not in known:
            yield here, _unknown(name, known)
        elif here in taken:
            yield here, fault("WJ010", f"oneplan sets this argument; {taken[here]}, remove it", at="key")
        elif one is not None:
            yield from _value(one, known[name].removesuffix("!"), here, taken)
    for name in (name for name, kind in known.items() if kind.endswith("!") and path and name not in value):
        yield path, fault("WJ011", f'missing argument "{name}"; add it')


def _unknown(name: str, known: Mapping[str, str]) -> PydanticCustomError:
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    close = [snake] if snake in known else get_close_matches(name, known, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"known here: {_some(known)}"
    return fault("WJ010", f"azure-native has no such argument; {hint}", at="key")


def _value(value: Any, kind: str, path: Path, taken: Mapping[Path, str]) -> Iterator[Fault]:
    match kind[0]:
        case "@":
            yield from _arguments(value, facts()["types"][kind[1:]], path, taken)
        case "#":
            yield from _one_of(value, facts()["enums"][kind[1:]], path)
        case "[":
            if not isinstance(value, list | tuple):
                yield path, fault("WJ012", f"expected a list, found {quoted(value)}")
                return
            for index, one in enumerate(value):
                yield from _value(one, kind[1:-1], (*path, index), taken)
        case "{":
            if not isinstance(value, dict):
                yield path, fault("WJ012", f"expected a map, found {quoted(value)}")
                return
            for name, one in value.items():
                yield from _value(one, kind[1:-1], (*path, name), taken)
        case _:
            fits, words = _EXPECTED[kind]
            if not fits(value):
                yield path, fault("WJ012", f"expected {words}, found {quoted(value)}")


def _one_of(value: Any, values: list[str], path: Path) -> Iterator[Fault]:
    if value in values:
        return
    hint = near(value, values) if isinstance(value, str) else ""
    tail = f"; {hint}" if hint.startswith("did") else ""
    yield path, fault("WJ015", f"{quoted(value)} is not one of {_some(values)}{tail}")


def _some(names: Mapping[str, str] | list[str]) -> str:
    shown = [*names][:8]
    return ", ".join(shown) + (", ..." if len(names) > len(shown) else "")


def _without_nulls(value: Any) -> Any:
    """Null means that the argument is not said, here as everywhere."""
    match value:
        case dict():
            return {name: _without_nulls(one) for name, one in value.items() if one is not None}
        case list() | tuple():
            return tuple(_without_nulls(one) for one in value)
        case _:
            return value
