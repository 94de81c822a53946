"""Role assignments, and who the deploying client is."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.constants import SUBSCRIPTION_ID, TENANT_ID
from emulator.identity.service import OPERATOR
from emulator.resources.addresses import is_elsewhere
from emulator.resources.errors import AzureError, bad_request, conflict, not_found
from emulator.resources.handler import Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import SUBSCRIPTION, IdTemplate, name_of, uuid_of
from emulator.resources.values import Secret, text
from emulator.storage.roles import Access, Assignment
from emulator.store import Store

CLIENT_ID = uuid_of(SUBSCRIPTION_ID, "deployer", "client")
"""The application that deploys to the local subscription."""
OBJECT_ID = uuid_of(SUBSCRIPTION_ID, "deployer", "principal")
"""Its principal."""
ACCOUNT_TOKEN = "azure-native:storage:StorageAccount"  # noqa: S105

_ROLE = re.compile(
    r"(?:/subscriptions/[^/]+)?/providers/Microsoft\.Authorization/roleDefinitions/([-0-9a-f]{36})",
    re.IGNORECASE,
)
_SUBSCRIPTION_SCOPE = re.compile(re.escape(SUBSCRIPTION), re.IGNORECASE)


class RoleAssignment(Handler):
    """A role given to a principal at a scope."""

    token = "azure-native:authorization:RoleAssignment"  # noqa: S105
    type = "Microsoft.Authorization/roleAssignments"
    path = IdTemplate("/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}")
    force_new = frozenset({"principalId", "roleDefinitionId", "principalType", "delegatedManagedIdentityResourceId"})

    def parent(self, id: str) -> None:
        """Returns nothing: the scope has a rule and an error of its own."""

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields names and principals that are no UUIDs."""
        for key in ("roleAssignmentName", "principalId"):
            value = text(inputs, key)
            if value and not _is_uuid(value):
                yield Problem(key, f"{value!r} is not a UUID")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Checks the scope and the role, and returns the assignment's outputs."""
        at = "/" + text(resource.inputs, "scope").strip("/")
        if not _SUBSCRIPTION_SCOPE.fullmatch(at) and not scope.exists(at) and not is_elsewhere(scope.store, at):
            raise _scope_not_found(at)
        role = text(resource.inputs, "roleDefinitionId")
        if not _ROLE.fullmatch(role):
            raise bad_request(
                f"The role definition id '{role}' is not valid; "
                "/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{uuid} is.",
                "BadRequestFormat",
            )
        _require_new(scope, resource, at)
        return self.answer(
            resource,
            scope=at,
            principalType=text(resource.inputs, "principalType", "ServicePrincipal"),
            createdBy=OBJECT_ID,
            createdOn=resource.created,
            updatedBy=OBJECT_ID,
            updatedOn=resource.now,
        )

    async def stored(self, scope: Scope) -> None:
        """Lets the storage services go by the roles there are now."""
        await scope.azure.storage.access_changed()


def access(store: Store) -> Access:
    """Who may do what in the storage services, as the role assignments say."""
    assignments = tuple(
        Assignment(
            text(record.outputs, "principalId"),
            name_of(text(record.outputs, "roleDefinitionId")),
            text(record.outputs, "scope"),
        )
        for record in store.all(RoleAssignment.token)
    )
    accounts = tuple(record.id for record in store.all(ACCOUNT_TOKEN))
    return Access(assignments, accounts, (OBJECT_ID, OPERATOR.principal_id))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _scope_not_found(at: str) -> AzureError:
    return not_found(
        f"The scope '{at}' of the role assignment was not found; it must exist before roles are given at it."
    )


def _require_new(scope: Scope, resource: Resource, at: str) -> None:
    """Raises Azure's 409 when the same principal has the same role at the same scope already."""

    def key(inputs: Mapping[str, Any]) -> tuple[str, str, str]:
        return (
            "/" + text(inputs, "scope").strip("/").lower(),
            text(inputs, "principalId").lower(),
            name_of(text(inputs, "roleDefinitionId")).lower(),
        )

    for record in scope.store.below(f"{at}/providers/{RoleAssignment.type}"):
        if record.id.lower() != resource.id.lower() and key(record.inputs) == key(resource.inputs):
            raise conflict(
                f"The role assignment already exists at '{at}'; its name is {name_of(record.id)}.",
                "RoleAssignmentExists",
            )


async def get_client_config(scope: Scope, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns who deploys, and where to."""
    return {
        "clientId": CLIENT_ID,
        "objectId": OBJECT_ID,
        "subscriptionId": SUBSCRIPTION_ID,
        "tenantId": TENANT_ID,
    }


async def get_client_token(scope: Scope, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a token of the deploying client, secret."""
    resource = text(arguments, "endpoint") or "https://management.azure.com/"
    return {"token": Secret(scope.azure.identity.token(resource, CLIENT_ID, OBJECT_ID))}


HANDLERS: tuple[Handler, ...] = (RoleAssignment(),)
FUNCTIONS: dict[str, Function] = {
    "azure-native:authorization:getClientConfig": get_client_config,
    "azure-native:authorization:getClientToken": get_client_token,
}
