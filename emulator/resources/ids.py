"""ARM ids: built from a resource's inputs, taken apart, and walked up to the parent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from emulator.constants import SUBSCRIPTION_ID

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
_PARAMETER = re.compile(r"\{(\w+)\}")
# Services of an account that always exist and are never resources of their own here.
_IMPLICIT = re.compile(r"/(?:blob|queue|table|file)Services/default$", re.IGNORECASE)
_NAMESPACE = uuid.UUID("6f1b2a52-6a0e-5d0e-9d6b-0d9f5c8a7e11")


class NameStrategy(StrEnum):
    """How azure-native makes up a name that the program left out."""

    RANDOM = "random"
    COPY = "copy"
    UUID = "uuid"
    NONE = "none"


@dataclass(frozen=True)
class IdTemplate:
    """The path of a resource type in ARM's REST API, with ``{parameters}`` named as the inputs."""

    text: str

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The inputs that make up the id; a change of one makes a new resource."""
        return tuple(name for name in _PARAMETER.findall(self.text) if name != "subscriptionId")

    @cached_property
    def name_parameter(self) -> str | None:
        """The input that names the resource itself, or None where the name is fixed."""
        found = _PARAMETER.fullmatch(self.text.rsplit("/", 1)[1])
        return found.group(1) if found else None

    @cached_property
    def strategy(self) -> NameStrategy:
        """How a missing name is made up (azure-native's ``provider/pkg/resources/resources.go``)."""
        if self.name_parameter is None:
            return NameStrategy.NONE
        if self.name_parameter == "roleAssignmentName":
            return NameStrategy.UUID
        _, _, after = self.text.rpartition("/providers/")
        top_level = len(_PARAMETER.findall(after)) == 1 or "/providers/" not in self.text
        return NameStrategy.RANDOM if top_level else NameStrategy.COPY

    def build(self, inputs: Mapping[str, Any]) -> str:
        """Returns the id for these inputs.

        Raises:
            KeyError: an input that the id needs is missing.
        """
        values = {"subscriptionId": SUBSCRIPTION_ID, **inputs}
        filled = _PARAMETER.sub(lambda match: str(values[match.group(1)]).strip("/"), self.text)
        return "/" + filled.strip("/")


def name_of(id: str) -> str:
    """Returns the last segment of an id."""
    return id.rsplit("/", 1)[-1]


def group_of(id: str) -> str:
    """Returns the resource group's name in an id, or an empty text."""
    found = re.match(r"/subscriptions/[^/]+/resourceGroups/([^/]+)", id, re.IGNORECASE)
    return found.group(1) if found else ""


def group_id(name: str) -> str:
    """Returns the id of a resource group."""
    return f"{SUBSCRIPTION}/resourceGroups/{name}"


def resource_id(group: str, type: str, *names: str) -> str:
    """Returns the id of a resource: ``resource_id("rg", "Microsoft.Web/sites", "shop")``."""
    provider, *types = type.split("/")
    pairs = "".join(f"/{kind}/{name}" for kind, name in zip(types, names, strict=True))
    return f"{group_id(group)}/providers/{provider}{pairs}"


def parent_of(id: str) -> str | None:
    """Returns the id of the resource this one is nested in, or None for a top-level one."""
    head, separator, tail = id.rpartition("/providers/")
    segments = tail.split("/")
    if not separator or len(segments) <= 3:
        return None
    parent = f"{head}{separator}{'/'.join(segments[:-2])}"
    return _IMPLICIT.sub("", parent)


def without_service(id: str) -> str:
    """Returns an id without a trailing ``…Services/default``, which stands for the account itself."""
    return _IMPLICIT.sub("", id)


def uuid_of(*parts: str) -> str:
    """Returns a UUID that is always the same for the same parts, whatever their case."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts).lower()))
