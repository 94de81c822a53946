"""User-assigned managed identities, and how a site's ``identity`` input names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.constants import TENANT_ID
from emulator.identity import Identity
from emulator.resources.errors import bad_request, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, uuid_of
from emulator.resources.values import Unknown, has_unknown, reveal, text

_NAME = re.compile(r"[A-Za-z0-9][-\w]{2,127}")


class UserAssignedIdentity(Handler):
    """A user-assigned identity; its ids are computed from its ARM id, so they survive a reset."""

    token = "azure-native:managedidentity:UserAssignedIdentity"  # noqa: S105
    type = "Microsoft.ManagedIdentity/userAssignedIdentities"
    path = IdTemplate(f"{GROUP_PATH}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}")
    force_new = frozenset({"location"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        name = text(inputs, "resourceName")
        if name and not _NAME.fullmatch(name):
            yield Problem(
                "resourceName",
                f"{name!r} is not an identity's name; 3 to 128 letters, digits, '-' and '_', "
                "starting with a letter or digit",
            )

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the identity's outputs."""
        identity = identity_of(resource.id)
        return self.answer(
            resource,
            clientId=identity.client_id,
            principalId=identity.principal_id,
            tenantId=TENANT_ID,
        )


def identity_of(id: str) -> Identity:
    """Returns the identity whose ARM id, or whose site's ARM id, is ``id``."""
    return Identity(id, client_id=uuid_of(id, "client"), principal_id=uuid_of(id, "principal"))


def user_assigned(scope: Scope, wanted: Mapping[str, Any]) -> tuple[Identity, ...]:
    """Returns the user-assigned identities named by an ``identity`` input.

    Raises:
        AzureError: an identity does not exist, or the list is missing.
    """
    kind = text(wanted, "type")
    ids = list(wanted.get("userAssignedIdentities") or ())
    if "UserAssigned" not in kind:
        if ids:
            raise bad_request(f"userAssignedIdentities needs the type 'UserAssigned', not '{kind}'.")
        return ()
    if not ids:
        raise bad_request("The identity type 'UserAssigned' needs userAssignedIdentities.", "LinkedInvalidPropertyId")
    return tuple(identity_of(_existing(scope, wanted_id)) for wanted_id in ids)


def system_assigned(site: str, wanted: Mapping[str, Any]) -> Identity | None:
    """Returns the system-assigned identity of a site, when the ``identity`` input asks for one."""
    return identity_of(site) if "SystemAssigned" in text(wanted, "type") else None


def preview_identity(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns inputs whose identities are a map by id, as in outputs, and not a list."""
    wanted = reveal(inputs.get("identity"))
    if not isinstance(wanted, dict) or not isinstance(wanted.get("userAssignedIdentities"), list):
        return dict(inputs)
    ids = wanted["userAssignedIdentities"]
    users: Any = Unknown() if has_unknown(ids) else {each: {} for each in ids}
    return {**inputs, "identity": {**wanted, "userAssignedIdentities": users}}


def identity_output(wanted: Mapping[str, Any], users: tuple[Identity, ...], system: Identity | None) -> dict[str, Any]:
    """Returns the ``identity`` output as Azure answers it."""
    answer: dict[str, Any] = {"type": text(wanted, "type")}
    if system:
        answer |= {"principalId": system.principal_id, "tenantId": TENANT_ID}
    if users:
        answer["userAssignedIdentities"] = {
            user.resource_id: {"clientId": user.client_id, "principalId": user.principal_id} for user in users
        }
    return answer


def _existing(scope: Scope, id: str) -> str:
    missing = not_found(
        f"The Identity '{id}' was not found; it must exist before it can be assigned.",
        "FailedIdentityOperation",
    )
    return scope.require(id, missing).id


HANDLERS: tuple[Handler, ...] = (UserAssignedIdentity(),)
FUNCTIONS: dict[str, Function] = {}
