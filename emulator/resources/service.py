"""The local Azure's resources: create, update, read, delete, and putting them back after a restart."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.errors import EmulatorError, StartError
from emulator.resources import catalogue
from emulator.resources.azure import Azure, timestamp
from emulator.resources.errors import AlreadyExistsError, AzureError
from emulator.resources.group import group_not_found
from emulator.resources.handler import Handler, Resource, Scope, require_parent
from emulator.resources.ids import group_id
from emulator.resources.locks import require_unlocked
from emulator.resources.signed import decode, encode
from emulator.resources.values import text, without_contents
from emulator.store import Record, Store

_log = logging.getLogger(__name__)


class Resources:
    """Every resource type the emulator knows, over one store and one set of services."""

    def __init__(self, store: Store, azure: Azure, root: Path | None = None) -> None:
        """
        Args:
            store: where resources are kept.
            azure: the services they act on.
            root: the project's folder; by default the one that holds the store's folder.
        """
        self.store = store
        self.azure = azure
        self._scope = Scope(store, azure, root or store.path.parent.parent)
        # A lock lives as long as somebody holds or awaits it.
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._missing: dict[str, str] = {}

    @property
    def problems(self) -> tuple[str, ...]:
        """What is remembered and could not be put back, one text a resource."""
        return tuple(self._missing.values())

    def count(self) -> int:
        """How many resources there are."""
        return len(self.store.all())

    def handler(self, token: str) -> Handler:
        """Returns the handler of a type, or raises UnknownTypeError."""
        return catalogue.handler(token)

    def location_of(self, group: str) -> str | None:
        """Returns a resource group's location, or None when there is no such group."""
        record = self.store.get(group_id(group))
        return text(record.outputs, "location") or None if record else None

    async def create(self, token: str, urn: str, inputs: Mapping[str, Any]) -> Record:
        """Makes a resource.

        Where the same Pulumi resource made it before, its answer was lost (one side was killed): it is put again.

        Raises:
            AlreadyExistsError: another Pulumi resource holds the id.
            AzureError: Azure would refuse it.
        """
        arm_id = self.handler(token).path.build(inputs)
        async with self._lock(arm_id):
            old = self.store.get(arm_id)
            if old is not None and old.urn != urn:
                raise AlreadyExistsError(arm_id)
            require_unlocked(self.store, token, arm_id, deleting=False)
            return await self._put(token, arm_id, urn, inputs, old)

    async def update(self, token: str, id: str, urn: str, inputs: Mapping[str, Any]) -> Record:
        """Brings a resource in line with new inputs."""
        async with self._lock(id):
            require_unlocked(self.store, token, id, deleting=False)
            return await self._put(token, id, urn, inputs, self.store.get(id))

    async def read(self, token: str, id: str) -> Record | None:
        """Returns a resource as it is now, or None when it, or what it stood for, is gone."""
        handler, record = self.handler(token), self.store.get(id)
        if record is None or record.token != token or not await handler.exists(self._scope, record):
            return None
        return dataclasses.replace(record, outputs=await handler.refresh(self._scope, record))

    async def delete(self, token: str, id: str) -> None:
        """Removes a resource and what is nested in it; one that is gone is no error."""
        self.handler(token)
        async with self._lock(id):
            record = self.store.get(id)
            if record is None:
                return
            require_unlocked(self.store, record.token, id, deleting=True)
            self.handler(record.token).require_removable(self._scope, record)
            for nested in self.store.below(id):
                await self._remove(nested)
            await self._remove(record)

    async def invoke(self, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Calls a function of the provider."""
        return await catalogue.function(token)(self._scope, arguments)

    async def replay(self) -> tuple[str, ...]:
        """Puts every stored resource that acts on this machine again, accounts before what they hold.

        Returns:
            What failed, one text a resource; the others are put all the same.
        """
        return await self._put_back([record.id for record in self._replayed()])

    async def restore(self) -> tuple[str, ...]:
        """Tries again what could not be put back, for what stood in the way may be gone; returns what still fails."""
        return await self._put_back(list(self._missing)) if self._missing else ()

    async def _put_back(self, ids: list[str]) -> tuple[str, ...]:
        records = [record for each in ids if (record := self.store.get(each)) is not None]
        self._missing = {each: problem for each, problem in self._missing.items() if each not in ids}
        for record in sorted(records, key=lambda record: self._order(record) or 0):
            try:
                async with self._lock(record.id):
                    await self._put(record.token, record.id, record.urn, decode(record.inputs), record, record.changed)
            except (AzureError, EmulatorError, OSError) as error:
                # A start's error is the whole message; Azure's and the system's do not say what they are about.
                self._missing[record.id] = str(error) if isinstance(error, StartError) else f"{record.id}: {error}"
                _log.error("%s cannot be put back: %s", record.id, error)
        return self.problems

    def _order(self, record: Record) -> int | None:
        return self.handler(record.token).replay_order

    def _replayed(self) -> list[Record]:
        return [record for record in self.store.all() if self._order(record) is not None]

    async def _put(
        self,
        token: str,
        id: str,
        urn: str,
        inputs: Mapping[str, Any],
        old: Record | None,
        now: str | None = None,
    ) -> Record:
        handler, now = self.handler(token), now or timestamp(self.azure.clock())
        self._require_group(id, inputs)
        require_parent(self._scope, handler, id)
        created = old.created if old else now
        resource = Resource(id=id, urn=urn, inputs=inputs, created=created, now=now, old=old)
        outputs = await handler.put(self._scope, resource)
        record = Record(id, token, urn, encode(without_contents(dict(inputs))), encode(outputs), created, now)
        if record != old:
            self.store.put(record)
            await handler.stored(self._scope)
        return record

    async def _remove(self, record: Record) -> None:
        handler = self.handler(record.token)
        await handler.remove(self._scope, record)
        self.store.delete(record.id)
        await handler.stored(self._scope)

    def _require_group(self, id: str, inputs: Mapping[str, Any]) -> None:
        group = text(inputs, "resourceGroupName")
        if group and id.lower() != group_id(group).lower() and self.store.get(group_id(group)) is None:
            raise group_not_found(group)

    def _lock(self, id: str) -> asyncio.Lock:
        return self._locks.setdefault(id.lower(), asyncio.Lock())
