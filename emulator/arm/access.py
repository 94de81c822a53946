"""Who may do what through ARM: the operator everything, a site's identity what its role assignments say.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from emulator.arm.errors import ArmError
from emulator.identity import MANAGEMENT, Claims, IdentityService
from emulator.store import Store

ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment"
READERS = {"acdd72a7-3385-48ef-bd42-f606fba81ae7": ""}
"""Roles that may read: id to the part of a scope they are for, empty for all."""
WRITERS = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "",  # Owner
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "",  # Contributor
    "de139f84-1756-47ae-9be6-808fbbe84772": "/providers/microsoft.web/",  # Website Contributor
}
"""Roles that may read and change."""


def require_access(store: Store, claims: Claims | None, path: str, *, changes: bool) -> None:
    """Returns if the bearer may do this.

    Args:
        claims: what the token says; None for the administrator's token.
        changes: whether more than reading is asked for.

    Raises:
        ArmError: 403, in ARM's words.
    """
    if claims is None or not claims.resource_id.lower().startswith("/subscriptions/"):
        return  # the operator or the deploying client: owners of their machine
    roles = WRITERS if changes else READERS | WRITERS
    if any(_allows(record.outputs, claims.principal_id, roles, path) for record in store.all(ROLE_ASSIGNMENT)):
        return
    action = "write" if changes else "read"
    raise ArmError(
        403,
        "AuthorizationFailed",
        f"The client '{claims.client_id}' with object id '{claims.principal_id}' does not have authorization "
        f"to perform action '{action}' over scope '{path}' or the scope is invalid. If access was recently "
        "granted, please refresh your credentials.",
    )


def may_change(store: Store, identity: IdentityService, bearer: str, path: str) -> bool:
    """Whether a token is one for the management API whose bearer may change what `path` names.

    Raises:
        ArmError: the token is good, but its bearer may not.
    """
    claims = identity.verify(bearer, MANAGEMENT)
    if claims is None:
        return False
    require_access(store, claims, path, changes=True)
    return True


def _allows(assignment: dict[str, object], principal: str, roles: dict[str, str], path: str) -> bool:
    scope = "/" + str(assignment.get("scope", "")).strip("/").lower()
    role = str(assignment.get("roleDefinitionId", "")).rpartition("/")[2].lower()
    below = f"{path.lower()}/".startswith(f"{scope}/")
    return (
        str(assignment.get("principalId", "")).lower() == principal.lower()
        and below
        and role in roles
        and roles[role] in f"{path.lower()}/"
    )
