"""A recording stand-in for Pulumi's engine."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest

_COMPUTED: dict[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
    "azure-native:managedidentity:UserAssignedIdentity": lambda name, _: {
        "clientId": f"{name}-client",
        "principalId": f"{name}-principal",
    },
    "azure-native:storage:StorageAccount": lambda _, inputs: {
        "name": inputs["accountName"],
        "primaryEndpoints": {
            kind: f"https://{inputs['accountName']}.{kind}.test/" for kind in ("blob", "queue", "table")
        },
    },
    "azure-native:resources:ResourceGroup": lambda _, inputs: {"name": inputs["resourceGroupName"]},
    "azure-native:storage:BlobContainer": lambda _, inputs: {"name": inputs["containerName"]},
    "azure-native:resources:Deployment": lambda *_: {
        "properties": {"provisioningState": "Succeeded", "timestamp": "2026-11-24T12:00:00Z"}
    },
    "azure-native:keyvault:Vault": lambda _, inputs: {
        "name": inputs["vaultName"],
        "properties": {"vaultUri": f"https://{inputs['vaultName']}.vault.test/"},
    },
    "azure-native:keyvault:Secret": lambda _, inputs: {
        "properties": {
            "secretUriWithVersion": f"https://{inputs['vaultName']}.vault.test/secrets/{inputs['secretName']}/1"
        }
    },
    "azure-native:applicationinsights:Component": lambda *_: {"connectionString": "InstrumentationKey=key"},
    "azure-native:web:Certificate": lambda *_: {"thumbprint": "AB12"},
    "azure-native:web:WebAppSlot": lambda _, inputs: {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {}},
        "defaultHostName": f"{inputs['name']}-{inputs['slot']}.test",
        "hostNameSslStates": [{"name": f"{inputs['name']}-{inputs['slot']}.scm.test", "hostType": "Repository"}],
    },
    "azure-native:monitor:ScheduledQueryRule": lambda *_: {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {}}
    },
    "azure-native:web:WebApp": lambda _, inputs: {
        # Azure answers the identities as a map, though it takes them as a list.
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {}},
        "defaultHostName": f"{inputs['name']}.test",
        "hostNameSslStates": [
            {"name": f"{inputs['name']}.test", "hostType": "Standard"},
            {"name": f"{inputs['name']}.scm.test", "hostType": "Repository"},
        ],
    },
}


@dataclass
class Engine(pulumi.runtime.Mocks):
    """Answers like the engine and keeps every resource it was asked to make, as (type, name) -> wire inputs."""

    created: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.created[args.typ, args.name] = args.inputs
        computed = _COMPUTED.get(args.typ)
        return f"{args.name}-id", args.inputs | (computed(args.name, args.inputs) if computed else {})

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, str]:
        return {"subscriptionId": "sub", "tenantId": "tenant", "clientId": "me", "objectId": "me"}

    def of_type(self, token: str) -> dict[str, dict[str, Any]]:
        """Name -> inputs of every resource of one type."""
        return {name: inputs for (kind, name), inputs in self.created.items() if kind == token}


@pytest.fixture
def engine() -> Engine:
    recorder = Engine()
    asyncio.set_event_loop(asyncio.new_event_loop())  # other tests may have closed theirs; pulumi asks for one
    pulumi.runtime.set_mocks(recorder, project="oneplan", stack="dev", preview=False)
    return recorder


@pytest.fixture
def declared(engine: Engine) -> Callable[[Callable[[], object]], Engine]:
    """Runs a program to its end, every resource registered, and returns the recorder."""

    def run(program: Callable[[], object]) -> Engine:
        @pulumi.runtime.test
        def whole() -> object:
            return program()

        whole()
        return engine

    return run
