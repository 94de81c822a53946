"""What role assignments allow in the storage services: Azure's data roles, spelled out for Azurite's process.

Roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage. Which right an operation
needs is in `roles.cjs`. Owner and Contributor give no access to data, as in Azure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_QUEUE = ("queues/read", "queues/write", "queues/delete")
_MESSAGES = ("messages/read", "messages/add", "messages/process", "messages/write", "messages/delete")
_BLOB = ("containers/read", "containers/write", "containers/delete", "blobs/read", "blobs/write", "blobs/delete", "key")
_TABLE = ("tables/read", "tables/write", "tables/delete", "entities/read", "entities/write", "entities/delete")

ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "19e7f393-937e-4f77-808e-94535e297925": ("queue", ("queues/read", "messages/read")),
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": ("queue", (*_QUEUE, *_MESSAGES)),
    "8a0f0c08-91a1-4084-bc3d-661d67233fed": ("queue", ("messages/read", "messages/process")),
    "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": ("queue", ("messages/add",)),
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": ("blob", ("containers/read", "blobs/read", "key")),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": ("blob", _BLOB),
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": ("blob", (*_BLOB, "tags")),
    "db58b8e5-c6ad-4a2a-8342-4190687cbf4a": ("blob", ("key",)),
    "76199698-9eea-4c19-bc75-cec21354c6b6": ("table", ("tables/read", "entities/read")),
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": ("table", _TABLE),
}
"""Role definition to service and rights."""

_WITHIN = re.compile(r"/(queue|blob|table)services/default(?:/(?:queues|containers|tables)/([^/]+))?")
Grant = tuple[str, str, str, tuple[str, ...]]
"""Account, service, the one queue, container or table (empty: all of them), and rights."""


@dataclass(frozen=True)
class Assignment:
    """A role given to a principal at a scope."""

    principal: str
    role: str
    """Id of the role's definition, without its path."""
    scope: str


@dataclass(frozen=True)
class Access:
    """Who may do what in the storage services."""

    assignments: tuple[Assignment, ...] = ()
    accounts: tuple[str, ...] = ()
    """ARM ids of the storage accounts."""
    operators: tuple[str, ...] = ()
    """Principals that may do everything: the owners of this machine."""

    def to_json(self) -> dict[str, object]:
        """What Azurite's process is told."""
        grants: dict[str, list[Grant]] = {}
        for assignment in self.assignments:
            found = grants.setdefault(assignment.principal.lower(), [])
            found.extend(_grants(assignment, self.accounts))
        return {"operators": [each.lower() for each in self.operators], "grants": grants}


def _grants(assignment: Assignment, accounts: Iterable[str]) -> list[Grant]:
    known = ROLES.get(assignment.role.lower())
    if known is None:
        return []
    service, rights = known
    scope = "/" + assignment.scope.strip("/").lower()
    found: list[Grant] = []
    for account in accounts:
        whole, name = account.lower(), account.rpartition("/")[2].lower()
        if f"{whole}/".startswith(f"{scope}/"):
            found.append((name, service, "", rights))
        elif scope.startswith(f"{whole}/"):
            within = _WITHIN.fullmatch(scope.removeprefix(whole))
            if within is not None and within[1] == service:
                found.append((name, service, within[2] or "", rights))
    return found
