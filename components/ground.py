"""What every app of a stack stands on: group, plan, storage, and where asked for vault, monitoring and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_azure_native import authorization, monitor, resources

from components.alerts import action_group
from components.monitoring import QUEUE_LOGS, Monitoring
from components.network import PrivateNetwork
from components.raw import thawed
from components.shared_plan import SharedPlan
from components.storage import ArtifactStorage, RuntimeStorage
from components.vault import Vault
from oneplan.manifest import Manifest, names
from oneplan.manifest.endpoints import Endpoint

RECOVERABLE_DAYS = 7
"""How long deleted blobs can be brought back, in Azure."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every app of the stack stands on."""

    group: resources.ResourceGroup
    plan: SharedPlan
    storage: RuntimeStorage
    artifacts: ArtifactStorage
    subscription_id: str
    vault: Vault | None = None
    """Where any secret is asked for."""
    monitoring: Monitoring | None = None
    """In Azure only; on this machine runs and logs are on the dashboard."""
    network: PrivateNetwork | None = None
    """Where the manifest has one."""
    people: Mapping[str, monitor.ActionGroup] = field(default_factory=dict)
    """Action groups by the manifest's name, in Azure only."""

    @property
    def endpoints(self) -> dict[str, pulumi.Output[str]]:
        """Addresses of the storage services by the manifest's kinds, each with a trailing slash."""
        store = self.storage
        return {"queues": store.queue_endpoint, "containers": store.blob_endpoint, "tables": store.table_endpoint}


def lay(manifest: Manifest, endpoints: Iterable[Endpoint] = ()) -> Ground:
    """Declares the ground of a stack; `endpoints` are the private ones there will be, whose zones are made here."""
    client = authorization.get_client_config()
    name, stack, tags = manifest.name, manifest.stack, dict(manifest.tags)
    group = resources.ResourceGroup(
        "group",
        resource_group_name=names.resource_group(name, stack),
        location=manifest.location,
        tags=tags | {"oneplan-stack": stack},
    )
    common: dict[str, Any] = {"resource_group_name": group.name, "tags": tags}
    in_azure = manifest.target == "azure"
    ground = Ground(
        group=group,
        plan=_plan(manifest, common),
        storage=_storage(manifest, common, client.subscription_id),
        artifacts=ArtifactStorage(
            "artifacts",
            common  # type: ignore[arg-type]
            | {
                "account_name": names.artifact_account(name, stack, client.subscription_id),
                "private": _is_private(manifest, "packages"),
            },
            _protected(manifest, "packages"),
        ),
        subscription_id=client.subscription_id,
        vault=_vault(manifest, common, client),
        network=_network(manifest, common, endpoints),
        monitoring=_monitoring(manifest, common, client.subscription_id) if in_azure else None,
        people=_people(manifest, common) if in_azure else {},
    )
    if ground.monitoring and any(queue.alert for queue in manifest.queues.values()):
        ground.monitoring.collect(
            "runtime-queue-logs",
            pulumi.Output.concat(ground.storage.account_id, "/queueServices/default"),
            QUEUE_LOGS,
            parent=ground.storage,
        )
    return ground


def _plan(manifest: Manifest, common: dict[str, Any]) -> SharedPlan:
    plan = manifest.plan
    args: dict[str, Any] = {
        **common,
        "plan_name": names.plan(manifest.name, manifest.stack),
        "sku": plan.sku,
        "instances": plan.instances,
        "os": plan.os,
        "containers": any(app.runtime.language == "image" for app in manifest.apps.values()),
        "zone_redundant": plan.zone_redundant,
        "azure": thawed(plan.azure),
    }
    if plan.autoscale:
        args["scaling"] = {"min": plan.autoscale.min, "max": plan.autoscale.max, "cpu": plan.autoscale.cpu}
    return SharedPlan("shared", args, _protected(manifest, "plan"))  # type: ignore[arg-type]


def _is_private(manifest: Manifest, part: str) -> bool:
    return manifest.network is not None and part in manifest.network.private


def _protected(manifest: Manifest, part: str) -> pulumi.ResourceOptions | None:
    """Pulumi then refuses to delete or replace it and what is in it, before Azure's lock has to."""
    return pulumi.ResourceOptions(protect=True) if part in manifest.protect else None


def _network(manifest: Manifest, common: dict[str, Any], endpoints: Iterable[Endpoint]) -> PrivateNetwork | None:
    declared = manifest.network
    if declared is None:
        return None
    args: dict[str, Any] = {
        **common,
        "network_name": names.network(manifest.name, manifest.stack),
        "apps": declared.apps,
        "zones": sorted({each.zone for each in endpoints}) if declared.dns == "own" else [],
    }
    given = {"range": declared.range, "endpoints": declared.endpoints}
    args |= {key: text for key, text in given.items() if text}
    return PrivateNetwork("shared", args)  # type: ignore[arg-type]


def _storage(manifest: Manifest, common: dict[str, Any], subscription: str) -> RuntimeStorage:
    args: dict[str, Any] = {
        **common,
        "account_name": names.runtime_account(manifest.name, manifest.stack, subscription),
        "queues": [each for queue in manifest.queues for each in (queue, names.poison(queue))],
        "containers": {each.name: each.public for each in manifest.containers.values()},
        "tables": [names.table(table) for table in manifest.tables],
        "keep": {each.name: each.keep.days for each in manifest.containers.values() if each.keep},
    }
    if _is_private(manifest, "storage"):
        args["private"] = True
    if manifest.target == "azure":
        args["soft_delete_days"] = RECOVERABLE_DAYS
    return RuntimeStorage("runtime", args, _protected(manifest, "storage"))  # type: ignore[arg-type]


def _vault(manifest: Manifest, common: dict[str, Any], client: Any) -> Vault | None:
    wanted = sorted({secret for app in manifest.apps.values() for secret in app.secrets.values()})
    if not wanted:
        return None
    config = pulumi.Config("oneplan")
    keys = [secret.partition(":")[2] for secret in wanted if secret.startswith("stack:")]
    return Vault(
        "shared",
        {
            **common,  # type: ignore[typeddict-item]
            "vault_name": names.vault(manifest.name, manifest.stack, client.subscription_id),
            "tenant_id": client.tenant_id,
            "secrets": {secret_name(key): config.require_secret(key) for key in keys},
            "private": _is_private(manifest, "vault"),
        },
        _protected(manifest, "vault"),
    )


def secret_name(key: str) -> str:
    """Returns the vault's name for a stack's secret: letters, digits and hyphens, apart from names given by hand."""
    return "stack-" + key.replace("_", "-").replace(".", "-")


def _monitoring(manifest: Manifest, common: dict[str, Any], subscription: str) -> Monitoring:
    name, stack = manifest.name, manifest.stack
    return Monitoring(
        "shared",
        {
            **common,  # type: ignore[typeddict-item]
            "workspace_name": names.workspace(name, stack),
            "insights_name": names.insights(name, stack),
            "identity_name": names.part(name, stack, "alerts-id"),
            "subscription_id": subscription,
        },
    )


def _people(manifest: Manifest, common: dict[str, Any]) -> dict[str, monitor.ActionGroup]:
    def told(name: str) -> monitor.ActionGroup:
        group = manifest.notify[name]
        args: dict[str, Any] = {
            **common,
            "group_name": names.part(manifest.name, manifest.stack, name),
            "short_name": name,
            "emails": list(group.emails),
        }
        return action_group(f"notify-{name}", args | ({"webhook": group.webhook} if group.webhook else {}))  # type: ignore[arg-type]

    return {name: told(name) for name in manifest.notify}
