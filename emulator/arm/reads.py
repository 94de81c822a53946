"""Reading: subscriptions, resource groups, lists of resources, one resource by its id."""

import re
from collections.abc import Iterable
from typing import Any

from emulator.arm.envelope import envelope, name_of, summary, type_of
from emulator.arm.errors import ArmError, group_not_found, resource_not_found
from emulator.arm.path import ArmPath
from emulator.arm.sites import Sites
from emulator.constants import SUBSCRIPTION_ID, TENANT_ID
from emulator.store import Record, Store

SITE = "microsoft.web/sites"
GROUP = "microsoft.resources/resourcegroups"
_TYPE_FILTER = re.compile(r"\s*resourceType\s+eq\s+'([^']+)'\s*", re.IGNORECASE)
_TAG_FILTER = re.compile(r"\s*tagName\s+eq\s+'([^']+)'(?:\s+and\s+tagValue\s+eq\s+'([^']*)')?\s*", re.IGNORECASE)


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
        match path.section:
            case "":
                return subscription()
            case "resourcegroups":
                groups = [record for record in self._store.all() if type_of(record).lower() == GROUP]
                return _list(envelope(record) for record in _filtered(groups, filter))
            case "resources":
                return _list(summary(record) for record in _filtered(self._top_level(path), filter))
        if path.is_collection:
            return _list(self._whole(record) for record in self._collection(path))
        return self._whole(self.resource(path))

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
        if type_of(record).lower() != SITE:
            return envelope(record)
        name = name_of(record.id)
        known = {running.lower() for running in self._sites.names()}
        return envelope(record, {"state": self._sites.state(name) if name.lower() in known else "Stopped"})

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
        if path.group:
            prefix = path.text.lower() + "/"
            return [
                record
                for record in self._store.all()
                if record.id.lower().startswith(prefix) and "/" not in record.id[len(prefix) :]
            ]
        return [record for record in self._store.all() if type_of(record).lower() == path.type]


def _list(values: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"value": list(values)}


def _spelled(path: ArmPath) -> str:
    """The type with the words as the caller wrote them."""
    kinds = path.segments[::2]
    head = path.text.lower().rfind(f"/{path.provider}/") + 1
    return "/".join((path.text[head : head + len(path.provider)], *kinds))


def _filtered(records: list[Record], filter: str) -> list[Record]:
    """The records that `$filter` lets through: by resource type, or by tag.

    Raises:
        ArmError: the filter is another one.
    """
    if not filter:
        return records
    if wanted := _TYPE_FILTER.fullmatch(filter):
        return [record for record in records if type_of(record).lower() == wanted[1].lower()]
    if tag := _TAG_FILTER.fullmatch(filter):
        return [record for record in records if _has_tag(record, tag[1], tag[2])]
    raise ArmError(
        400,
        "InvalidFilterInQueryString",
        f"Invalid $filter '{filter}' specified in the query string; resourceType eq 'Microsoft.Web/sites', "
        "or tagName eq 'x' and tagValue eq 'y', are understood here.",
    )


def _has_tag(record: Record, name: str, value: str | None) -> bool:
    tags = record.outputs.get("tags") or {}
    return name in tags and (value is None or tags[name] == value)
