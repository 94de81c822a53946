"""What every resource type answers to: the base of the handlers, and what they are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from emulator.resources.azure import Azure
from emulator.resources.errors import AzureError, not_found
from emulator.resources.ids import IdTemplate, name_of, parent_of, without_service
from emulator.store import Record, Store

GROUP_PATH = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"


@dataclass(frozen=True)
class Scope:
    """Where a handler acts: the resources there are, the services behind them, the project's folder."""

    store: Store
    azure: Azure
    root: Path

    def require(self, id: str, error: AzureError) -> Record:
        """Returns the record with this id, or raises ``error``."""
        record = self.store.get(id)
        if record is None:
            raise error
        return record

    def exists(self, id: str) -> bool:
        """Tells whether a resource with this id exists."""
        return self.store.get(without_service(id)) is not None


@dataclass(frozen=True)
class Resource:
    """A resource to be put: its id, its checked inputs, and what is known of it from before."""

    id: str
    urn: str
    inputs: Mapping[str, Any]
    created: str
    now: str
    old: Record | None = None

    @property
    def name(self) -> str:
        """The last segment of the id."""
        return name_of(self.id)


@dataclass(frozen=True)
class Problem:
    """An input that Azure would refuse before it does anything."""

    property: str
    reason: str


class Handler:
    """One resource type: its id, its rules, its effects on this machine and Azure's answers."""

    token: ClassVar[str]
    """Pulumi's type token."""
    type: ClassVar[str]
    """ARM's type."""
    path: ClassVar[IdTemplate]
    force_new: ClassVar[frozenset[str]] = frozenset()
    """Inputs outside the id whose change makes a new resource; nested ones by path, ``sku.name``."""
    replay_order: ClassVar[int | None] = None
    """When a restarted emulator puts it again, lowest first; None when nothing needs to be done."""

    def parent(self, id: str) -> str | None:
        """Returns the id of the resource that must exist before this one."""
        return parent_of(id)

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields what is wrong with the inputs by themselves; unknown values are not judged."""
        yield from ()

    def previewed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what a preview tells of the outputs: the inputs, in the shape the outputs will have."""
        return dict(inputs)

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Makes the resource true on this machine and returns its outputs. May be repeated without harm."""
        return self.answer(resource)

    async def remove(self, scope: Scope, record: Record) -> None:
        """Undoes what ``put`` did. May be repeated without harm."""

    def require_removable(self, scope: Scope, record: Record) -> None:
        """Raises AzureError while something forbids the removal."""

    async def exists(self, scope: Scope, record: Record) -> bool:
        """Tells whether the service behind a stored resource still has it."""
        return True

    async def refresh(self, scope: Scope, record: Record) -> dict[str, Any]:
        """Returns the outputs as they are now."""
        return record.outputs

    async def stored(self, scope: Scope) -> None:
        """Called when the store has taken a change of this type, a removal too."""

    def answer(self, resource: Resource, **computed: Any) -> dict[str, Any]:
        """Returns the inputs that Azure echoes, its name and type, and ``computed``."""
        hidden = {*self.path.parameters, "__createBeforeDelete"}
        echoed = {key: value for key, value in resource.inputs.items() if key not in hidden}
        return {**echoed, "name": resource.name, "type": self.type, **computed}


Function = Callable[[Scope, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""An invoke: arguments to result."""


def require_parent(scope: Scope, handler: Handler, id: str) -> None:
    """Raises ARM's 404 when the resource that ``id`` is nested in does not exist."""
    parent = handler.parent(id)
    if parent is not None and not scope.exists(parent):
        kind = handler.type.partition("/")[2]
        raise not_found(
            f"Failed to perform 'write' on resource(s) of type '{kind}', "
            f"because the parent resource '{parent}' could not be found.",
            "ParentResourceNotFound",
        )
