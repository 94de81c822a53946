"""Defaults that azure-native fills in: names and locations."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from emulator.resources.handler import Problem
from emulator.resources.ids import IdTemplate, NameStrategy
from emulator.resources.values import Unknown, reveal

CREATE_BEFORE_DELETE = "__createBeforeDelete"
"""The input azure-native adds beside a generated unique name: a replacement need not wait for the old one's end."""

_SUFFIX_DIGITS = 8


class NamingMode(IntEnum):
    """What the engine's ``pulumi:autonaming`` configuration asks for (``CheckRequest.AutonamingOptions.Mode``)."""

    PROPOSE = 0
    ENFORCE = 1
    DISABLE = 2


@dataclass(frozen=True)
class Autonaming:
    """The engine's wish for a name."""

    proposed: str
    mode: NamingMode


def name_inputs(
    path: IdTemplate,
    logical_name: str,
    inputs: Mapping[str, Any],
    *,
    olds: Mapping[str, Any],
    seed: bytes,
    wish: Autonaming | None,
) -> tuple[dict[str, Any], list[Problem]]:
    """Returns the inputs to add for a name that was left out, and what forbids one."""
    key = path.name_parameter
    if key is None or inputs.get(key) is not None:
        return {}, []
    if olds.get(key) is not None:
        kept = {CREATE_BEFORE_DELETE: True} if olds.get(CREATE_BEFORE_DELETE) else {}
        return {key: olds[key], **kept}, []
    if wish and wish.mode is NamingMode.DISABLE:
        return {}, [Problem(key, "missing, and automatic naming is off (pulumi:autonaming); give it a name")]
    if wish and wish.proposed and (wish.mode is NamingMode.ENFORCE or path.strategy is NameStrategy.RANDOM):
        return {key: wish.proposed, CREATE_BEFORE_DELETE: True}, []
    return _generate(path, key, logical_name, seed), []


def _generate(path: IdTemplate, key: str, logical_name: str, seed: bytes) -> dict[str, Any]:
    if path.strategy is NameStrategy.COPY:
        return {key: logical_name}
    digest = hashlib.sha256((seed or os.urandom(32)) + logical_name.encode()).digest()
    if path.strategy is NameStrategy.UUID:
        return {key: str(uuid.UUID(bytes=digest[:16], version=4)), CREATE_BEFORE_DELETE: True}
    return {key: logical_name + digest.hex()[:_SUFFIX_DIGITS], CREATE_BEFORE_DELETE: True}


def default_location(
    inputs: Mapping[str, Any],
    *,
    olds: Mapping[str, Any],
    configured: str,
    location_of: Callable[[str], str | None],
) -> dict[str, Any]:
    """Returns the location to add: the old one, the provider's, or the resource group's."""
    if inputs.get("location") is not None:
        return {}
    if olds.get("location") is not None:
        return {"location": olds["location"]}
    if configured:
        return {"location": configured}
    group = reveal(inputs.get("resourceGroupName"))
    if isinstance(group, Unknown):
        return {"location": Unknown()}
    found = location_of(group) if isinstance(group, str) else None
    return {"location": found} if found else {}
