"""Private endpoints that follow from a manifest: which there are, for which part, under which zone. Pure.

Parts and zones: https://learn.microsoft.com/azure/private-link/private-endpoint-dns. An endpoint leads to one part of a
resource, and costs, so only services in use have one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from oneplan.manifest.values import Manifest

Target = Literal["app", "storage", "packages", "vault"]

ZONES: Mapping[str, str] = {
    "blob": "privatelink.blob.core.windows.net",
    "queue": "privatelink.queue.core.windows.net",
    "sites": "privatelink.azurewebsites.net",
    "table": "privatelink.table.core.windows.net",
    "vault": "privatelink.vaultcore.azure.net",
}
"""Zone in which the names of a part resolve to private addresses, by the part without its slot."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One private endpoint."""

    name: str
    """Unique in the stack, such as `portal-staging` or `storage-queue`."""
    target: Target
    part: str
    """Azure's group id, such as `sites`, `sites-staging` or `queue`."""
    app: str = ""
    """Name of the app, where the target is one."""

    @property
    def zone(self) -> str:
        """Returns the private DNS zone of the part."""
        return ZONES[self.part.partition("-")[0]]


def endpoints(
    private: Collection[str], services: Collection[str], *, has_vault: bool, apps: Mapping[str, Collection[str]]
) -> tuple[Endpoint, ...]:
    """Returns all endpoints of a stack, in a fixed order.

    Args:
        private: What the network says is private.
        services: What of storage is in use; see `services_in_use`.
        has_vault: Whether any secret is asked for.
        apps: Private apps and their slots.
    """
    found = [Endpoint(f"storage-{part}", "storage", part) for part in services if "storage" in private]
    if "packages" in private:
        found.append(Endpoint("packages-blob", "packages", "blob"))
    if "vault" in private and has_vault:
        found.append(Endpoint("vault", "vault", "vault"))
    found += (one for app, slots in apps.items() for one in _of_app(app, slots))
    return tuple(found)


def endpoints_of(manifest: Manifest) -> tuple[Endpoint, ...]:
    """Returns the private endpoints of a manifest."""
    apps = manifest.apps.values()
    services = services_in_use(
        queues=bool(manifest.queues),
        containers=bool(manifest.containers),
        tables=bool(manifest.tables),
        functions=any(app.kind == "functions" for app in apps),
    )
    return endpoints(
        manifest.network.private if manifest.network else (),
        services,
        has_vault=any(app.secrets for app in apps),
        apps={app.name: tuple(app.slots) for app in apps if app.private},
    )


def services_in_use(*, queues: bool, containers: bool, tables: bool, functions: bool) -> tuple[str, ...]:
    """Returns the storage services that have content; the Functions host uses all three."""
    used = {"blob": containers or functions, "queue": queues or functions, "table": tables or functions}
    return tuple(service for service, is_used in used.items() if is_used)


def _of_app(app: str, slots: Collection[str]) -> Iterator[Endpoint]:
    yield Endpoint(app, "app", "sites", app)
    for slot in slots:
        yield Endpoint(f"{app}-{slot}", "app", f"sites-{slot}", app)
