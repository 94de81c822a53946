"""Resource groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.resources.errors import AzureError, bad_request, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, group_id
from emulator.resources.values import text

_NAME = re.compile(r"[-\w.()]{1,90}(?<!\.)")


class ResourceGroup(Handler):
    """A resource group. Everything in it goes when it goes."""

    token = "azure-native:resources:ResourceGroup"  # noqa: S105
    type = "Microsoft.Resources/resourceGroups"
    path = IdTemplate(GROUP_PATH)
    force_new = frozenset({"location"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name ARM does not take."""
        name = text(inputs, "resourceGroupName")
        if name and not _NAME.fullmatch(name):
            yield Problem(
                "resourceGroupName",
                f"{name!r} is not a resource group's name; up to 90 letters, digits, '-', '_', '.', '(' and ')', "
                "without '.' at the end",
            )

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the group's outputs."""
        if not text(resource.inputs, "location"):
            raise bad_request("The location property is required for this definition.", "LocationRequired")
        return self.answer(resource, properties={"provisioningState": "Succeeded"})


async def get_resource_group(scope: Scope, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a group's outputs."""
    name = text(arguments, "resourceGroupName")
    record = scope.require(group_id(name), group_not_found(name))
    return {**record.outputs, "id": record.id}


def group_not_found(name: str) -> AzureError:
    """Returns ARM's answer for a group that does not exist."""
    return not_found(f"Resource group '{name}' could not be found.", "ResourceGroupNotFound")


HANDLERS: tuple[Handler, ...] = (ResourceGroup(),)
FUNCTIONS: dict[str, Function] = {"azure-native:resources:getResourceGroup": get_resource_group}
