"""Reading: subscriptions, resource groups, lists of resources, one resource by its id."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from emulator.arm.envelope import envelope, name_of, summary, type_of
from emulator.arm.errors import group_not_found, resource_not_found, type_not_found
from emulator.arm.filters import filtered
from emulator.arm.path import ArmPath
from emulator.arm.providers import provider, providers
from emulator.arm.sites import Sites
from emulator.constants import SUBSCRIPTION_ID, TENANT_ID
from emulator.resources.catalogue import HANDLERS
from emulator.resources.ids import without_service
from emulator.resources.plan import SITE_TOKEN
from emulator.store import Record, Store

SITE = "microsoft.web/sites"
PLAN = "microsoft.web/serverfarms"
GROUP = "microsoft.resources/resourcegroups"


def subscription() -> dict[str, Any]:
    """The one subscription."""
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}",
        "subscriptionId": SUBSCRIPTION_ID,
        "tenantId": TENANT_ID,
        "displayName": "oneplan on this machine",
        "state": "Enabled",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionPolicies": {
            "locationPlacementId": "Internal_2014-09-01",
            "quotaId": "Internal_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def tenant() -> dict[str, Any]:
    """The one tenant."""
    return {
        "id": f"/tenants/{TENANT_ID}",
        "tenantId": TENANT_ID,
        "displayName": "oneplan on this machine",
        "tenantCategory": "Home",
        "countryCode": "",
        "domains": [],
    }


class Reader:
    """Answers reads from the store; what changes by itself is asked from the sites."""

    def __init__(self, store: Store, sites: Sites) -> None:
        self._store, self._sites = store, sites

    def read(self, path: ArmPath, filter: str = "") -> dict[str, Any]:
        """What a GET of this path answers.

        Raises:
            ArmError: there is no such thing.
        """
        if path.group:
            group = self._group(path)
            if not path.section:
                return envelope(group)
        if path.section == "providers" and path.segments:
            if path.is_collection:
                return _list(self._whole(record) for record in self._collection(path))
            return self._whole(self.resource(path))
        match path.section:
            case "resourcegroups":
                groups = [record for record in self._store.all() if type_of(record).lower() == GROUP]
                return _list(envelope(record) for record in filtered(groups, filter))
            case "locations":
                return _list(self._locations(path))
            case "providers":
                return _providers(path)
            case "resources":
                return _list(summary(record) for record in filtered(self._top_level(path), filter))
        return subscription()

    def resource(self, path: ArmPath) -> Record:
        """The resource the path names.

        Raises:
            ArmError: there is none.
        """
        record = self._store.get(path.text)
        if record is None:
            raise resource_not_found(_spelled(path), "/".join(path.names), path.group)
        return record

    def _group(self, path: ArmPath) -> Record:
        record = self._store.get(f"/subscriptions/{path.subscription}/resourceGroups/{path.group}")
        if record is None:
            raise group_not_found(path.group)
        return record

    def _whole(self, record: Record) -> dict[str, Any]:
        kind = type_of(record).lower()
        if kind == PLAN:
            sites = (site for site in self._store.all(SITE_TOKEN) if _is_on(site, record))
            return envelope(record, {"numberOfSites": len(list(sites))})
        if kind != SITE:
            return envelope(record)
        name = name_of(record.id)
        known = {running.lower() for running in self._sites.names()}
        return envelope(record, {"state": self._sites.state(name) if name.lower() in known else "Stopped"})

    def _require_parent(self, path: ArmPath) -> None:
        """Raises ARM's 404 when what the listed resources are nested in does not exist."""
        parent = replace(path, text=path.text.rpartition("/")[0], segments=path.segments[:-1])
        if self._store.get(without_service(parent.text)) is None:
            raise resource_not_found(_spelled(parent), "/".join(parent.names), path.group)

    def _locations(self, path: ArmPath) -> Iterable[dict[str, Any]]:
        """The places that resources are in."""
        found = {str(record.outputs["location"]) for record in self._store.all() if record.outputs.get("location")}
        for name in sorted({place.replace(" ", "").lower() for place in found}):
            yield {
                "id": f"/subscriptions/{path.subscription}/locations/{name}",
                "name": name,
                "type": "Region",
                "displayName": name,
                "regionalDisplayName": name,
            }

    def _top_level(self, path: ArmPath) -> list[Record]:
        """All resources that are in a group and in nothing else."""
        prefix = path.text.rpartition("/")[0].lower() + "/"
        return [
            record
            for record in self._store.all()
            if record.id.lower().startswith(prefix)
            and record.id.lower().count("/providers/") == 1
            and record.id.rpartition("/providers/")[2].count("/") == 2
        ]

    def _collection(self, path: ArmPath) -> list[Record]:
        """The resources of the path's type in what the path names: in a resource, a group, or everywhere."""
        if path.type not in {handler.type.lower() for handler in HANDLERS.values()}:
            raise type_not_found(path.type)
        if len(path.segments) > 1:
            self._require_parent(path)
        if path.group:
            prefix = path.text.lower() + "/"
            return [
                record
                for record in self._store.all()
                if record.id.lower().startswith(prefix) and "/" not in record.id[len(prefix) :]
            ]
        return [record for record in self._store.all() if type_of(record).lower() == path.type]


def _is_on(site: Record, plan: Record) -> bool:
    return str(site.outputs.get("serverFarmId", "")).lower() == plan.id.lower()


def _providers(path: ArmPath) -> dict[str, Any]:
    types = [handler.type for handler in HANDLERS.values()]
    if path.provider:
        return provider(path.provider, types, path.subscription)
    return _list(providers(types, path.subscription))


def _list(values: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"value": list(values)}


def _spelled(path: ArmPath) -> str:
    """The type with the words as the caller wrote them."""
    kinds = path.segments[::2]
    head = path.text.lower().rfind(f"/{path.provider}/") + 1
    return "/".join((path.text[head : head + len(path.provider)], *kinds))
