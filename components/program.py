"""From the manifest to the resources of one stack: the only mapping of the manifest's fields to components."""

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pulumi
from pulumi_azure_native import authorization, resources

from components.access import grant
from components.settings import grants, platform_settings, storage_settings
from components.shared_plan import SharedPlan
from components.site_deployment import SiteDeployment
from components.storage import ArtifactStorage, RuntimeStorage
from components.web_app import WebApp
from oneplan.manifest import App, Job, Manifest, load, names
from oneplan.manifest.references import Reference, parse
from oneplan.packaging import SitePackage, build_all, settings_read

_RUNTIMES = {"python": "PYTHON", "node": "NODE", "dotnet": "DOTNETCORE", "php": "PHP", "java": "JAVA"}
_KINDS = {"api": "app,linux,api", "mobile": "mobileapp,linux", "functions": "functionapp,linux"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What every app of the stack stands on."""

    group: resources.ResourceGroup
    plan: SharedPlan
    storage: RuntimeStorage
    artifacts: ArtifactStorage
    subscription_id: str


def declare(root: Path, stack: str) -> dict[str, Any]:
    """Declares the whole stack and returns its outputs; raises OneplanError for a manifest that cannot be used."""
    pulumi.runtime.register_stack_transformation(without_old_aliases)
    manifest = load(root, stack)
    packages = build_all(manifest)
    ground = _ground(manifest)
    apps: dict[str, WebApp] = {}
    for name in _in_reference_order(manifest):
        apps[name] = _app(manifest, manifest.apps[name], packages[name], ground, apps)
    return _outputs(manifest, ground, apps)


def without_old_aliases(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    """The same resource without azure-native's names from before v3, which only older stacks have in their
    state.

    Computing them takes more than half of the program's time (twenty per web app).
    """
    args.opts.aliases = None
    return pulumi.ResourceTransformationResult(args.props, args.opts)


def _ground(manifest: Manifest) -> Ground:
    subscription = authorization.get_client_config().subscription_id
    name, stack, tags = manifest.name, manifest.stack, dict(manifest.tags)
    group = resources.ResourceGroup(
        "group",
        resource_group_name=names.resource_group(name, stack),
        location=manifest.location,
        tags=tags | {"oneplan-stack": stack},
    )
    plan = SharedPlan(
        "shared",
        {
            "resource_group_name": group.name,
            "plan_name": names.plan(name, stack),
            "sku": manifest.plan.sku,
            "instances": manifest.plan.instances,
            "tags": tags,
        },
    )
    queues = [each for queue in manifest.queues for each in (queue, names.poison(queue))]
    storage = RuntimeStorage(
        "runtime",
        {
            "resource_group_name": group.name,
            "account_name": names.runtime_account(name, stack, subscription),
            "queues": queues,
            "containers": {each.name: each.public for each in manifest.containers.values()},
            "tables": [names.table(table) for table in manifest.tables],
            "tags": tags,
        },
    )
    artifacts = ArtifactStorage(
        "artifacts",
        {
            "resource_group_name": group.name,
            "account_name": names.artifact_account(name, stack, subscription),
            "tags": tags,
        },
    )
    return Ground(group, plan, storage, artifacts, subscription)


def _app(manifest: Manifest, app: App, package: SitePackage, ground: Ground, others: dict[str, WebApp]) -> WebApp:
    site = WebApp(
        app.name,
        {
            "resource_group_name": ground.group.name,
            "app_name": names.site(manifest.name, manifest.stack, app.name, ground.subscription_id),
            "identity_name": names.identity(manifest.name, manifest.stack, app.name),
            "plan_id": ground.plan.plan_id,
            "runtime": f"{_RUNTIMES[app.runtime.language]}|{app.runtime.version}",
            "kind": _KINDS.get(app.kind, "app,linux"),
            "command": app.command or "",
            "health_path": app.health or "",
            "settings": _settings(manifest, app, ground, others),
            "tags": dict(manifest.tags) | {"oneplan-app": app.name},
        },
    )
    access: list[pulumi.Resource] = [
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
    SiteDeployment(
        app.name,
        {
            "resource_group_name": ground.group.name,
            "subscription_id": ground.subscription_id,
            "account_name": ground.artifacts.account_name,
            "container_name": ground.artifacts.container_name,
            "blob_endpoint": ground.artifacts.blob_endpoint,
            "package": str(package.path),
            "package_name": package.path.name,
            "site": site.site,
            "after": access,
        },
    )
    return site


def _settings(manifest: Manifest, app: App, ground: Ground, others: dict[str, WebApp]) -> dict[str, pulumi.Input[str]]:
    endpoints = _endpoints(ground)
    # Which settings there are follows from the manifest alone; only their values wait for the account.
    shape = storage_settings(manifest, app, dict.fromkeys(endpoints, ""))
    found = pulumi.Output.all(**endpoints).apply(lambda known: storage_settings(manifest, app, known))
    settings: dict[str, pulumi.Input[str]] = dict(platform_settings(manifest, app))
    settings |= {key: found[key] for key in shape}
    for key, text in app.env.items():
        settings[key] = _resolve(manifest, text, ground, others)
    for key, reference in settings_read(manifest, app.name).items():
        settings[key] = _value(manifest, reference, ground, others)
    return settings


def _resolve(manifest: Manifest, text: str, ground: Ground, apps: dict[str, WebApp]) -> pulumi.Input[str]:
    parts = [_value(manifest, part, ground, apps) for part in parse(text)]
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    return pulumi.Output.concat(*parts)


def _value(manifest: Manifest, part: str | Reference, ground: Ground, apps: dict[str, WebApp]) -> pulumi.Input[str]:
    if isinstance(part, str):
        return part
    match part.path:
        case ("apps", name, attribute):
            return url(manifest, apps[name].host) if attribute == "url" else apps[name].site.name
        case (kind, name, attribute):
            physical = names.table(name) if kind == "tables" else name
            return physical if attribute == "name" else pulumi.Output.concat(_endpoints(ground)[kind], physical)
    return {"stack": manifest.stack, "name": manifest.name}[part.path[0]]


def _endpoints(ground: Ground) -> dict[str, pulumi.Output[str]]:
    store = ground.storage
    return {"queues": store.queue_endpoint, "containers": store.blob_endpoint, "tables": store.table_endpoint}


def url(manifest: Manifest, host: pulumi.Output[str]) -> pulumi.Output[str]:
    """Address of a host: https in Azure; plain http on this machine, where browsers do not know the local authority."""
    return pulumi.Output.concat("http://" if manifest.target == "local" else "https://", host)


def _in_reference_order(manifest: Manifest) -> Iterable[str]:
    """App names, each after those whose address its variables mention."""

    def mentioned(user: App | Job) -> Iterable[str]:
        for text in user.env.values():
            for part in parse(text):
                if isinstance(part, Reference) and part.path[0] == "apps":
                    yield part.path[1]

    def needed(app: App) -> set[str]:
        users: list[App | Job] = [app, *manifest.jobs_of(app.name)]
        return {other for user in users for other in mentioned(user)} - {app.name}

    graph = {app.name: needed(app) for app in manifest.apps.values()}
    return TopologicalSorter(graph).static_order()


def _outputs(manifest: Manifest, ground: Ground, apps: dict[str, WebApp]) -> dict[str, Any]:
    return {
        "apps": {
            name: {
                "id": apps[name].site.id,
                "name": apps[name].site.name,
                "url": url(manifest, apps[name].host),
                "scm_url": url(manifest, apps[name].scm_host),
            }
            for name in manifest.apps
        },
        "plan_id": ground.plan.plan_id,
        "queues": {queue: pulumi.Output.concat(ground.storage.queue_endpoint, queue) for queue in manifest.queues},
        "resource_group": ground.group.name,
    }
