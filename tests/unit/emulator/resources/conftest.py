"""Resources over in-memory services."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator.resources import Azure, Resources
from emulator.resources.fakes import fake_azure
from emulator.store import Record, Store

GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"


@dataclass
class Subscription:
    """The local subscription in short words: types without `azure-native:`, one URN a name."""

    resources: Resources
    azure: Azure
    store: Store

    async def create(self, token: str, name: str, /, **inputs: Any) -> Record:
        full = f"azure-native:{token}"
        return await self.resources.create(full, f"urn:pulumi:dev::p::{full}::{name}", inputs)

    async def group(self) -> Record:
        return await self.create("resources:ResourceGroup", "rg", resourceGroupName="rg", location="westeurope")

    async def account(self, name: str = "data", /, **more: Any) -> Record:
        sku = {"name": "Standard_LRS"}
        return await self.create(
            "storage:StorageAccount",
            name,
            resourceGroupName="rg",
            accountName=name,
            kind="StorageV2",
            sku=sku,
            location="westeurope",
            **more,
        )

    async def plan(self, size: str = "B1", **sku: Any) -> Record:
        return await self.create(
            "web:AppServicePlan",
            "plan",
            resourceGroupName="rg",
            name="plan",
            location="westeurope",
            kind="linux",
            reserved=True,
            sku={"name": size, **sku},
        )

    async def site(self, name: str = "shop", /, *, config: dict | None = None, **more: Any) -> Record:
        inputs = {"resourceGroupName": "rg", "serverFarmId": f"{GROUP}/providers/Microsoft.Web/serverfarms/plan"}
        inputs |= {"name": name, "location": "westeurope", "kind": "app,linux", "siteConfig": config or {}}
        return await self.create("web:WebApp", name, **{**inputs, **more})

    async def delete(self, record: Record) -> None:
        await self.resources.delete(record.token, record.id)

    def ids(self) -> list[str]:
        return [record.id.removeprefix(GROUP) for record in self.store.all()]


@pytest.fixture
def subscription(tmp_path: Path) -> Subscription:
    azure, store = fake_azure(), Store(tmp_path / "project" / ".oneplan" / "state.db")
    return Subscription(Resources(store, azure), azure, store)
