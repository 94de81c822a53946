"""From the manifest to the resources of one stack: the only mapping of the manifest's fields to components."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pulumi

from components.alerting import declare_alerts
from components.apps import DeclaredApp, declare_app
from components.doors import open_doors, protect
from components.ground import Ground, lay
from components.references import in_reference_order, url
from oneplan.manifest import Manifest, load
from oneplan.manifest.endpoints import endpoints_of
from oneplan.packaging import SitePackage, build_all

Build = Callable[[Manifest], Mapping[str, SitePackage]]


def declare(root: Path, stack: str, *, today: date | None = None, build: Build = build_all) -> dict[str, Any]:
    """Declares the whole stack and returns its outputs; raises OneplanError for a manifest that cannot be used.

    `today` is when a new budget begins to count, this month by default; `build` makes the packages.
    """
    pulumi.runtime.register_stack_transformation(without_old_aliases)
    manifest = load(root, stack)
    packages = build(manifest)
    endpoints = endpoints_of(manifest)
    ground = lay(manifest, endpoints)
    doors = open_doors(manifest, ground, endpoints)
    apps: dict[str, DeclaredApp] = {}
    for name in in_reference_order(manifest):
        others = {other: declared.app for other, declared in apps.items()}
        apps[name] = declare_app(manifest, manifest.apps[name], packages[name], ground, others, doors)
    protect(manifest, ground, [each for declared in apps.values() for each in declared.access])
    declare_alerts(manifest, ground, today=today or datetime.now(UTC).date())
    return _outputs(manifest, ground, apps)


def without_old_aliases(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    """The same resource without azure-native's names from before v3, which only older stacks have in their state.

    Computing them takes more than half of the program's time (twenty per web app). What a component says of its own
    children, such as the name one had before, stays.
    """
    args.opts.aliases = [each for each in args.opts.aliases or [] if not _is_of_the_sdk(each)] or None
    return pulumi.ResourceTransformationResult(args.props, args.opts)


def _is_of_the_sdk(alias: Any) -> bool:
    """Whether an alias says another type and nothing else, as those of azure-native's classes do."""
    if not isinstance(alias, pulumi.Alias) or not isinstance(alias.type_, str):
        return False
    others: tuple[Any, ...] = (alias.name, alias.parent, alias.stack, alias.project)
    return alias.type_.startswith("azure-native:") and all(each is ... for each in others)


def _outputs(manifest: Manifest, ground: Ground, apps: Mapping[str, DeclaredApp]) -> dict[str, Any]:
    return {
        "apps": {name: _app_output(manifest, apps[name]) for name in manifest.apps},
        "plan_id": ground.plan.plan_id,
        "queues": {queue: pulumi.Output.concat(ground.storage.queue_endpoint, queue) for queue in manifest.queues},
        "resource_group": ground.group.name,
    }


def _app_output(manifest: Manifest, declared: DeclaredApp) -> dict[str, Any]:
    app = declared.app
    found: dict[str, Any] = {
        "id": app.site.id,
        "name": app.site.name,
        "url": url(manifest, app.host),
        "scm_url": url(manifest, app.scm_host),
    }
    if declared.slots:
        found["slots"] = {
            name: {"id": slot.site.id, "url": url(manifest, slot.host), "scm_url": url(manifest, slot.scm_host)}
            for name, slot in declared.slots.items()
        }
    return found
