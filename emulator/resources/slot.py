"""Deployment slots: sites of their own beside the app, and which settings stay with them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.resources.errors import conflict, not_found
from emulator.resources.handler import Function, Handler, Problem, Resource, Scope
from emulator.resources.identity import preview_identity
from emulator.resources.ids import IdTemplate, name_of
from emulator.resources.plan import tier_of
from emulator.resources.values import text
from emulator.resources.webapp import SITE_PATH, SITE_TYPE, check_settings, site_answer, site_spec
from emulator.resources.webapp_parts import PublishingPolicy
from emulator.store import Record

SLOT_TYPE = f"{SITE_TYPE}/slots"
SLOT_TOKEN = "azure-native:web:WebAppSlot"  # noqa: S105
SLOT_PATH = f"{SITE_PATH}/slots/{{slot}}"
_NAME = re.compile(r"(?=.{2,59}$)[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?")
# https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#app-service-limits
_SLOTS = {"Standard": 5}
_MANY = 20
_NONE = frozenset({"Free", "Shared", "Basic"})


class WebAppSlot(Handler):
    """A slot: a site named `<app>-<slot>`, as its host name is in Azure."""

    token = SLOT_TOKEN
    type = SLOT_TYPE
    path = IdTemplate(SLOT_PATH)
    force_new = frozenset({"location", "hostingEnvironmentProfile", "isXenon", "hyperV"})
    replay_order = 3

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take, and settings named twice."""
        slot = text(inputs, "slot")
        if slot and (slot.lower() == "production" or not _NAME.fullmatch(slot)):
            yield Problem("slot", f"{slot!r} is not a slot's name; 2 to 59 letters, digits and '-', not 'production'")
        yield from check_settings(inputs)

    def previewed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the inputs, identities as a map."""
        return preview_identity(inputs)

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Makes the slot's site, or brings it in line, and returns its outputs."""
        spec = site_spec(scope, resource)
        _require_room(scope, resource, spec.sku)
        spec = dataclasses.replace(spec, name=site_name(resource.id), slot=resource.name)
        addresses = await scope.azure.sites.apply(spec)
        answer = site_answer(scope, resource, spec, addresses)
        app = resource.id.split("/slots/")[0]
        return {**answer, "name": f"{name_of(app)}/{resource.name}", "type": self.type}

    async def remove(self, scope: Scope, record: Record) -> None:
        """Removes the slot's site."""
        await scope.azure.sites.remove(site_name(record.id))

    async def exists(self, scope: Scope, record: Record) -> bool:
        """Asks the sites there are."""
        return site_name(record.id) in set(scope.azure.sites.names())


class WebAppSlotConfigurationNames(Handler):
    """Which settings stay with their slot at a swap; kept and answered, for slots are not swapped here."""

    token = "azure-native:web:WebAppSlotConfigurationNames"  # noqa: S105
    type = f"{SITE_TYPE}/config"
    path = IdTemplate(f"{SITE_PATH}/config/slotConfigNames")


class WebAppFtpAllowedSlot(PublishingPolicy):
    """FTP's policy of a slot."""

    token = "azure-native:web:WebAppFtpAllowedSlot"  # noqa: S105
    type = f"{SLOT_TYPE}/basicPublishingCredentialsPolicies"
    path = IdTemplate(f"{SLOT_PATH}/basicPublishingCredentialsPolicies/ftp")


class WebAppScmAllowedSlot(PublishingPolicy):
    """The SCM site's policy of a slot."""

    token = "azure-native:web:WebAppScmAllowedSlot"  # noqa: S105
    type = f"{SLOT_TYPE}/basicPublishingCredentialsPolicies"
    path = IdTemplate(f"{SLOT_PATH}/basicPublishingCredentialsPolicies/scm")


def site_name(id: str) -> str:
    """Returns the name under which a slot's site runs here: the first label of its host name in Azure."""
    app, _, slot = id.partition("/slots/")
    # Azure cuts the app's name to 40 characters and the slot's to 19 (deploy-staging-slots).
    return f"{name_of(app)[:40]}-{slot[:19]}".rstrip("-")


def require_slot(scope: Scope, id: str) -> Record:
    """Returns a slot's record, or raises ARM's 404."""
    return scope.require(id, not_found(f"The Resource '{SLOT_TYPE}/{name_of(id)}' was not found."))


def _require_room(scope: Scope, resource: Resource, size: str) -> None:
    """Raises Azure's 409 where the plan has no slots, or no more of them."""
    tier = tier_of(size)
    name = tier.name if tier else ""
    limit = 0 if name in _NONE else _SLOTS.get(name, _MANY)
    app = resource.id.rpartition("/slots/")[0]
    others = [
        record
        for record in scope.store.below(f"{app}/slots")
        if record.token == SLOT_TOKEN and record.id.lower() != resource.id.lower()
    ]
    if len(others) >= limit:
        raise conflict(
            f"Cannot complete the operation because the site will exceed the number of slots allowed for the '{name}' "
            f"SKU, which is {limit}."
        )


HANDLERS: tuple[Handler, ...] = (
    WebAppSlot(),
    WebAppSlotConfigurationNames(),
    WebAppFtpAllowedSlot(),
    WebAppScmAllowedSlot(),
)
FUNCTIONS: dict[str, Function] = {}
