"""What of a stack is closed, by its manifest: private endpoints, access rules, locks."""

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from components.ground import Ground
from components.lock import lock
from components.network import PrivateNetwork
from components.private_endpoint import PrivateEndpoint
from oneplan.manifest import Manifest, names
from oneplan.manifest.endpoints import Endpoint

_FIRST_PRIORITY, _STEP = 100, 10


def open_doors(manifest: Manifest, ground: Ground, endpoints: Iterable[Endpoint]) -> list[pulumi.Resource]:
    """Declares the private endpoints of storage and vault, which apps need before their first start."""
    found: list[pulumi.Resource] = []
    for each in endpoints:
        match each.target:
            case "storage":
                found.append(endpoint(manifest, ground, each, ground.storage.account_id))
            case "packages":
                found.append(endpoint(manifest, ground, each, ground.artifacts.account_id))
            case "vault" if ground.vault:
                found.append(endpoint(manifest, ground, each, ground.vault.vault_id))
    return found


def endpoint(
    manifest: Manifest,
    ground: Ground,
    each: Endpoint,
    target: pulumi.Input[str],
    after: Iterable[pulumi.Resource] = (),
) -> PrivateEndpoint:
    """Declares one private endpoint; `after` is what it leads to beside the target itself, such as a slot."""
    net = _network(ground)
    args: dict[str, Any] = {
        "resource_group_name": ground.group.name,
        "endpoint_name": names.endpoint(manifest.name, manifest.stack, each.name),
        "subnet_id": net.endpoints_subnet_id,
        "target_id": target,
        "part": each.part,
        "tags": dict(manifest.tags),
    }
    if manifest.network and manifest.network.dns == "own":
        args["zone_id"] = net.zone_ids[each.zone]
    return PrivateEndpoint(each.name, args, pulumi.ResourceOptions(depends_on=[net, *after]))  # type: ignore[arg-type]


def rules(access: Mapping[str, str]) -> list[dict[str, Any]]:
    """Returns the access rules of a site, in the order they are written; whoever is not among them is refused.

    Source: learn.microsoft.com/azure/app-service/app-service-ip-restrictions.
    """
    return [
        {"name": name, "action": "Allow", "priority": _FIRST_PRIORITY + number * _STEP, **_caller(access[name])}
        for number, name in enumerate(access)
    ]


def _caller(text: str) -> dict[str, str]:
    if text.startswith("/"):
        return {"vnet_subnet_resource_id": text}
    if not (text[0].isdigit() or ":" in text):
        return {"ip_address": text, "tag": "ServiceTag"}
    if "/" in text:
        return {"ip_address": text}
    return {"ip_address": f"{text}/{128 if ':' in text else 32}"}


def protect(manifest: Manifest, ground: Ground, access: Iterable[pulumi.Resource]) -> None:
    """Declares the locks of what the manifest protects; `access` are the role assignments on it."""
    given = list(access)
    targets: dict[str, tuple[pulumi.Resource | None, Any]] = {
        "plan": (ground.plan, ground.plan.plan_id),
        "storage": (ground.storage, ground.storage.account_id),
        "packages": (ground.artifacts, ground.artifacts.account_id),
        "vault": (ground.vault, ground.vault.vault_id if ground.vault else ""),
    }
    for name in dict.fromkeys(manifest.protect):
        component, scope = targets[name]
        if component is not None:
            lock(name, scope, [component, *given])


def _network(ground: Ground) -> PrivateNetwork:
    if ground.network is None:
        raise ValueError("network: a private endpoint needs one; declare it in oneplan.yaml")
    return ground.network
