"""Locks: what Azure refuses to delete, or to change, until its lock is taken away."""

from __future__ import annotations

from typing import Any

from emulator.resources.addresses import is_elsewhere
from emulator.resources.errors import AzureError, conflict, not_found
from emulator.resources.handler import Function, Handler, Resource, Scope
from emulator.resources.ids import SUBSCRIPTION, IdTemplate
from emulator.resources.values import text
from emulator.store import Record, Store

_TYPE = "Microsoft.Authorization/locks"


class ManagementLock(Handler):
    """A lock at a scope; it holds for everything under it.

    Source: learn.microsoft.com/azure/azure-resource-manager/management/lock-resources.
    """

    token = "azure-native:authorization:ManagementLockByScope"  # noqa: S105
    type = _TYPE
    path = IdTemplate(f"/{{scope}}/providers/{_TYPE}/{{lockName}}")

    def parent(self, id: str) -> None:
        """Returns nothing: the scope has a rule and an error of its own."""

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the lock's outputs; what it locks must exist."""
        at = scope_of(resource.id)
        if at.lower() != SUBSCRIPTION.lower() and not scope.exists(at) and not is_elsewhere(scope.store, at):
            raise not_found(f"The Resource '{at}' was not found, so it cannot be locked.")
        return self.answer(resource)


def scope_of(id: str) -> str:
    """Returns what a lock locks."""
    return id.rpartition(f"/providers/{_TYPE}/")[0]


def require_unlocked(store: Store, token: str, id: str, *, deleting: bool) -> None:
    """Raises Azure's 409 where a lock holds; a lock itself may always be taken away.

    A group cannot be deleted while anything in it is locked.
    """
    if token == ManagementLock.token:
        return
    held = [lock for lock in store.all(ManagementLock.token) if _holds(lock, id.lower(), deleting)]
    if held:
        raise locked(id, "delete" if deleting else "write", [scope_of(lock.id) for lock in held])


def locked(id: str, operation: str, scopes: list[str]) -> AzureError:
    """Returns ARM's answer to an operation that a lock forbids."""
    return conflict(
        f"The scope '{id}' cannot perform {operation} operation because following scope(s) are locked: "
        f"'{','.join(sorted(scopes))}'. Please remove the lock and try again.",
        "ScopeLocked",
    )


def _holds(lock: Record, target: str, deleting: bool) -> bool:
    level, at = text(lock.inputs, "level"), scope_of(lock.id).lower()
    covers = f"{target}/".startswith(f"{at}/") or (deleting and f"{at}/".startswith(f"{target}/"))
    return covers and (level == "ReadOnly" or (deleting and level == "CanNotDelete"))


HANDLERS: tuple[Handler, ...] = (ManagementLock(),)
FUNCTIONS: dict[str, Function] = {}
