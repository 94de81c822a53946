"""The real Pulumi engine against the provider, over in-memory services: names, drift, replacement, refusals."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from emulator.provider import serve
from emulator.resources import Resources
from emulator.resources.fakes import FakeStorage, fake_azure
from emulator.store import Store

pytestmark = pytest.mark.integration

PROGRAM = """
import pulumi
from pulumi_azure_native import managedidentity, resources, storage, web
group = resources.ResourceGroup("shop", location="westeurope")
account = storage.StorageAccount("data", resource_group_name=group.name, kind="StorageV2", sku={"name": "Standard_LRS"},
                                 tags={"key": pulumi.Output.secret("hidden")})
queue = storage.Queue("orders", account_name=account.name, resource_group_name=group.name, queue_name=QUEUE)
identity = managedidentity.UserAssignedIdentity("id", resource_group_name=group.name)
plan = web.AppServicePlan("plan", resource_group_name=group.name, sku={"name": "B1"}, kind="linux", reserved=True)
site = web.WebApp("site", resource_group_name=group.name, server_farm_id=plan.id,
                  identity={"type": "UserAssigned", "user_assigned_identities": [identity.id]},
                  site_config={"app_settings": [{"name": "KEY", "value": pulumi.Output.secret("hidden")}], **CONFIG})
pulumi.export("host", site.default_host_name)
"""


@dataclass
class Stack:
    """A Pulumi project with one stack, and the services its resources act on."""

    folder: Path
    environment: dict[str, str]
    storage: FakeStorage
    settings: dict[str, object] = field(default_factory=lambda: {"QUEUE": "orders", "CONFIG": {}})

    async def pulumi(self, *arguments: str, code: int = 0) -> str:
        """Runs `pulumi` and returns what it wrote; its exit code must be `code`."""
        head = "".join(f"{name} = {value!r}\n" for name, value in self.settings.items())
        (self.folder / "__main__.py").write_text(head + PROGRAM)
        process = await asyncio.create_subprocess_exec(
            "pulumi",
            *arguments,
            "--non-interactive",
            "--color=never",
            cwd=self.folder,
            env=os.environ | self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        written, _ = await asyncio.wait_for(process.communicate(), 120)
        text = written.decode()
        assert process.returncode == code, text
        return text

    async def up(self, *, code: int = 0) -> str:
        return await self.pulumi("up", "--yes", "--skip-preview", code=code)

    def queues(self) -> list[str]:
        return [name for account in self.storage.accounts.values() for name in account["queues"]]


@pytest.fixture
async def stack(tmp_path: Path, pulumi_environment: dict[str, str]) -> AsyncIterator[Stack]:
    azure = fake_azure()
    assert isinstance(azure.storage, FakeStorage)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    store = Store(tmp_path / ".oneplan" / "state.db")
    server = await serve(port, Resources(store, azure), cache=tmp_path / "cache")
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: provider-test\nruntime: {{name: python, options: {{virtualenv: {json.dumps(sys.prefix)}}}}}\n"
    )
    environment = pulumi_environment | {"PULUMI_DEBUG_PROVIDERS": f"azure-native:{port}"}
    made = Stack(tmp_path, environment, azure.storage)
    await made.pulumi("stack", "init", f"t{port}")
    yield made
    await server.stop(None)
    store.close()


async def test_a_stack_lives_through_drift_rename_and_destruction(stack):
    preview = await stack.pulumi("preview")
    await stack.up()
    exported = await stack.pulumi("stack", "export")
    await stack.pulumi("preview", "--expect-no-changes")
    await stack.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    await stack.pulumi("preview", "--expect-no-changes")

    assert "+ 7 to create" in preview
    assert stack.queues() == ["orders"]
    assert "hidden" not in exported, "secrets are encrypted in the state"
    assert '"defaultHostName": "127.0.0.1:20000"' in exported

    [account] = stack.storage.accounts
    await stack.storage.delete_queue(account, "orders")
    drift = await stack.pulumi("refresh", "--yes", "--skip-preview")
    await stack.up()

    assert "- 1 deleted" in drift
    assert stack.queues() == ["orders"]

    stack.settings["QUEUE"] = "orders-two"
    renamed = await stack.up()

    assert "1 replaced" in renamed
    assert stack.queues() == ["orders-two"]

    await stack.pulumi("destroy", "--yes", "--skip-preview")

    assert stack.storage.accounts == {}


async def test_what_azure_native_would_refuse_is_refused_before_anything_is_made(stack):
    stack.settings["CONFIG"] = {"alwaysOnn": True, "ftps_state": "Off"}
    schema = await stack.pulumi("preview", code=1)
    stack.settings = {"QUEUE": "Orders--2", "CONFIG": {}}  # one at a time: the engine stops at the first it hears of
    rule = await stack.pulumi("preview", code=1)

    assert "WebApp resource 'site' has a problem: siteConfig.alwaysOnn: unknown property; did you mean" in schema
    assert "WebApp resource 'site' has a problem: siteConfig.ftpsState: 'Off' is not one of 'AllAllowed'" in schema
    assert "property queueName value {Orders--2} has a problem: 'Orders--2' is not a queue's name; 3 to 63" in rule
    assert stack.storage.accounts == {}
