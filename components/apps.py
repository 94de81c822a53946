"""One app of the manifest: its site, slots, names, roles and package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components import stack
from components.access import Role, grant
from components.domain import Domain
from components.doors import endpoint, rules
from components.ground import Ground, secret_name
from components.monitoring import APP_LOGS
from components.raw import thawed
from components.references import resolve, value
from components.settings import functions_settings, grants, platform_settings, storage_settings
from components.shared_plan import has_always_on
from components.site_arguments import SiteArgs
from components.site_deployment import PackageArgs, SiteDeployment, upload
from components.vault import Vault
from components.web_app import RoleArgs, WebApp
from components.web_app_slot import STOPPED, WebAppSlot
from oneplan.manifest import App, Manifest, names
from oneplan.manifest.endpoints import endpoints_of
from oneplan.packaging import SitePackage, settings_read

_HOST_ROLES = (Role.BLOB_OWNER, Role.QUEUE_CONTRIBUTOR, Role.TABLE_CONTRIBUTOR)
"""Of the Functions host in its storage account, learn.microsoft.com/azure/azure-functions/functions-reference."""


@dataclass(frozen=True, slots=True)
class DeclaredApp:
    """An app and its slots."""

    app: WebApp
    slots: Mapping[str, WebAppSlot]
    access: tuple[pulumi.Resource, ...] = ()
    """Role assignments on what the stack stores."""


def declare_app(
    manifest: Manifest,
    app: App,
    package: SitePackage,
    ground: Ground,
    others: Mapping[str, WebApp],
    doors: Sequence[pulumi.Resource] = (),
) -> DeclaredApp:
    """Declares one app; `others` are those its variables mention, `doors` the ways to storage and secrets."""
    common = _common(manifest, app, ground)
    packed = _package(package, ground)
    settings = _settings(manifest, app, ground, others)
    first: list[pulumi.Resource] = [*doors]
    roles, of_identity = _first_roles(app, ground), _identity_settings(app, ground)
    if app.package == "mount":
        first.append(upload(f"{app.name}-package", packed))
        address = pulumi.Output.concat(ground.artifacts.blob_endpoint, "packages/", package.path.name)
        settings["WEBSITE_RUN_FROM_PACKAGE"] = address
        of_identity["WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID"] = "{id}"
        roles.append(_role(ground, "package", Role.BLOB_READER, ground.artifacts.container_id))
    site = WebApp(
        app.name,
        {
            **common,
            "identity_name": names.identity(manifest.name, manifest.stack, app.name),
            "settings": settings,
            "identity_settings": of_identity,
            "roles": roles,
            "sticky": _sticky(app),
        },
        pulumi.ResourceOptions(depends_on=first) if first else None,
    )
    slots = _slots(manifest, app, site, common, ground, others)
    access = _access(manifest, app, site, ground)
    if app.package == "zip":
        SiteDeployment(
            app.name,
            {
                **packed,
                "subscription_id": ground.subscription_id,
                "blob_endpoint": ground.artifacts.blob_endpoint,
                "app_name": site.site_name,
                "slots": list(slots),
            },
            sites={None: site.site, **{name: slot.site for name, slot in slots.items()}},
            after=access,
        )
    _watch_and_name(manifest, app, site, ground)
    if app.private:
        _endpoints(manifest, app, site, slots, ground)
    return DeclaredApp(site, slots, (*site.roles, *access))


def _endpoints(manifest: Manifest, app: App, site: WebApp, slots: Mapping[str, WebAppSlot], ground: Ground) -> None:
    """The private ways to a site and its slots; a slot is reached by its app's id and a part of its own."""
    for each in endpoints_of(manifest):
        if each.app == app.name:
            slot = slots.get(each.part.partition("-")[2])
            endpoint(manifest, ground, each, site.site.id, [slot.site] if slot else [])


def _common(manifest: Manifest, app: App, ground: Ground) -> SiteArgs:
    system, runtime = manifest.plan.os, app.runtime
    joined: dict[str, Any] = {"subnet_id": ground.network.apps_subnet_id} if ground.network else {}
    return {
        **joined,  # type: ignore[typeddict-item]
        "resource_group_name": ground.group.name,
        "app_name": names.site(manifest.name, manifest.stack, app.name, ground.subscription_id),
        "plan_id": ground.plan.plan_id,
        "stack": stack.site_config(system, app.kind, runtime.language, runtime.version),
        "os": system,
        "kind": stack.site_kind(system, app.kind, runtime.language),
        "command": app.command or "",
        "health_path": app.health or "",
        "always_on": has_always_on(manifest.plan.sku),
        "cors": list(app.cors),
        "push": app.kind == "mobile",
        "private": app.private,
        "pull_images": app.registry is not None,
        "access": rules(app.access),
        "tags": {**manifest.tags, **app.tags, "oneplan-app": app.name},
        "azure": thawed(app.azure),
    }


def _package(package: SitePackage, ground: Ground) -> PackageArgs:
    return {
        "resource_group_name": ground.group.name,
        "account_name": ground.artifacts.account_name,
        "container_name": ground.artifacts.container_name,
        "package": str(package.path),
        "package_name": package.path.name,
    }


def _settings(
    manifest: Manifest, app: App, ground: Ground, others: Mapping[str, WebApp]
) -> dict[str, pulumi.Input[str]]:
    # Which settings there are follows from the manifest alone; only their values wait for the account.
    def found(endpoints: Mapping[str, str]) -> dict[str, str]:
        host = functions_settings(endpoints) if app.kind == "functions" else {}
        return storage_settings(manifest, app, endpoints) | host

    shape = found(dict.fromkeys(ground.endpoints, ""))
    known = pulumi.Output.all(**ground.endpoints).apply(found)
    settings: dict[str, pulumi.Input[str]] = dict(platform_settings(manifest, app))
    settings |= {key: known[key] for key in shape}
    settings |= {key: resolve(manifest, text, ground, others) for key, text in app.env.items()}
    for key, reference in settings_read(manifest, app.name).items():
        settings[key] = value(manifest, reference, ground, others)
    if ground.vault:
        settings |= {key: ground.vault.reference_to(_in_vault(secret)) for key, secret in app.secrets.items()}
    if ground.monitoring:
        settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] = ground.monitoring.connection_string
    return settings


def _in_vault(secret: str) -> str:
    kind, _, name = secret.partition(":")
    return secret_name(name) if kind == "stack" else name


def _identity_settings(app: App, ground: Ground) -> dict[str, str]:
    settings = {}
    if app.kind == "functions":
        settings["AzureWebJobsStorage__clientId"] = "{client_id}"
    if ground.monitoring:
        settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "Authorization=AAD;ClientId={client_id}"
    return settings


def _first_roles(app: App, ground: Ground) -> list[RoleArgs]:
    """What the app needs before it starts for the first time: its secrets, and where to report to."""
    roles: list[RoleArgs] = []
    if ground.vault and app.secrets:
        roles += _secret_roles(app, ground, ground.vault)
    if ground.monitoring:
        roles.append(_role(ground, "insights", Role.METRICS_PUBLISHER, ground.monitoring.insights_id))
    if app.registry:
        roles.append(_role(ground, "registry", Role.ACR_PULL, app.registry))
    if app.kind == "functions":
        for role in _HOST_ROLES:
            name = f"host-{role.name.lower().replace('_', '-')}"
            roles.append(_role(ground, name, role, ground.storage.account_id))
    return roles


def _secret_roles(app: App, ground: Ground, vault: Vault) -> list[RoleArgs]:
    """A role at each copied secret; at the vault where a secret is put in by hand, for it may not be there yet."""
    wanted = sorted({_in_vault(each) for each in app.secrets.values()})
    if any(secret not in vault.secret_ids for secret in wanted):
        return [_role(ground, "secrets", Role.SECRETS_USER, vault.vault_id)]
    return [_role(ground, f"secret-{each}", Role.SECRETS_USER, vault.secret_ids[each]) for each in wanted]


def _role(ground: Ground, name: str, role: Role, scope: pulumi.Input[str]) -> RoleArgs:
    return {"name": name, "role": role, "scope": scope, "subscription_id": ground.subscription_id}


def _sticky(app: App) -> list[str]:
    """Settings that stay with their slot: a swap must neither start a slot's jobs nor stop production's."""
    if not app.slots:
        return []
    return sorted({STOPPED}.union(*(slot.env for slot in app.slots.values())))


def _slots(
    manifest: Manifest, app: App, site: WebApp, common: SiteArgs, ground: Ground, others: Mapping[str, WebApp]
) -> dict[str, WebAppSlot]:
    return {
        name: WebAppSlot(
            f"{app.name}-{name}",
            {
                **common,
                "slot": name,
                "app_name": site.site_name,
                "identity_id": site.identity_id,
                "client_id": site.client_id,
                "jobs": slot.jobs,
                "settings": site.settings
                | {key: resolve(manifest, text, ground, others) for key, text in slot.env.items()},
            },
        )
        for name, slot in app.slots.items()
    }


def _access(manifest: Manifest, app: App, site: WebApp, ground: Ground) -> list[pulumi.Resource]:
    return [
        grant(
            f"{app.name}-{each.kind}-{each.name}-{each.role.name.lower().replace('_', '-')}",
            each.role,
            scope=ground.storage.scopes[each.kind][names.table(each.name) if each.kind == "tables" else each.name],
            principal_id=site.principal_id,
            subscription_id=ground.subscription_id,
            parent=site,
        )
        for each in grants(manifest, app)
    ]


def _watch_and_name(manifest: Manifest, app: App, site: WebApp, ground: Ground) -> None:
    if ground.monitoring:
        ground.monitoring.collect(f"{app.name}-logs", site.site.id, APP_LOGS, parent=site)
    for pattern in app.domains:
        host = str(resolve(manifest, pattern, ground, {}))  # holds the project's and the stack's name at most
        Domain(
            f"{app.name}-{host.replace('.', '-')}",
            {
                "resource_group_name": ground.group.name,
                "plan_id": ground.plan.plan_id,
                "host_name": host,
                "app_name": site.site_name,
            },
            site=site.site,
        )
