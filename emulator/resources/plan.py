"""App Service plans: sizes, and what each allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.constants import SUBSCRIPTION_ID
from emulator.resources.errors import bad_request, conflict
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.ids import IdTemplate, group_of, name_of
from emulator.resources.values import text
from emulator.store import Record

PLAN_TYPE = "Microsoft.Web/serverfarms"
SITE_TOKEN = "azure-native:web:WebApp"  # noqa: S105
_NAME = re.compile(r"[-\w]{1,60}")


@dataclass(frozen=True)
class Tier:
    """What the sizes of one tier have in common."""

    name: str
    sizes: str
    """Pattern of the size names."""
    instances: int
    """Most instances a plan may have."""
    always_on: bool = True


# https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#app-service-limits
TIERS = (
    Tier("Free", r"F1", 1, always_on=False),
    Tier("Shared", r"D1", 1, always_on=False),
    Tier("Basic", r"B[1-3]", 3),
    Tier("Standard", r"S[1-3]", 10),
    Tier("Premium", r"P[1-3]", 20),
    Tier("PremiumV2", r"P[1-3]v2", 30),
    Tier("PremiumV3", r"P[0-3]v3|P[1-5]mv3", 30),
    Tier("PremiumV4", r"P[0-3]v4|P[1-5]mv4", 30),
    Tier("Isolated", r"I[1-3]", 100),
    Tier("IsolatedV2", r"I[1-6]v2|I[1-5]mv2", 100),
    Tier("IsolatedV4", r"I[1-6]v4|I[1-5]mv4", 100),
    Tier("Dynamic", r"Y1", 200, always_on=False),
    Tier("ElasticPremium", r"EP[1-3]", 100),
    Tier("WorkflowStandard", r"WS[1-3]", 100),
    Tier("FlexConsumption", r"FC1", 1000, always_on=False),
)


def tier_of(size: str) -> Tier | None:
    """Returns the tier of a size such as ``B1`` or ``P1v3``, or None for one Azure does not have."""
    return next((tier for tier in TIERS if re.fullmatch(tier.sizes, size, re.IGNORECASE)), None)


class AppServicePlan(Handler):
    """An App Service plan."""

    token = "azure-native:web:AppServicePlan"  # noqa: S105
    type = PLAN_TYPE
    path = IdTemplate(f"{GROUP_PATH}/providers/{PLAN_TYPE}/{{name}}")
    force_new = frozenset({"location", "reserved", "hyperV", "isXenon", "hostingEnvironmentProfile"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a name Azure does not take."""
        name = text(inputs, "name")
        if name and not _NAME.fullmatch(name):
            yield Problem("name", f"{name!r} is not a plan's name; up to 60 letters, digits, '-' and '_'")

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the plan's outputs."""
        sku = dict(resource.inputs.get("sku") or {"name": "F1"})
        tier, capacity = _require_size(sku)
        return self.answer(
            resource,
            sku={
                **sku,
                "tier": tier.name,
                "size": sku["name"],
                "family": _family(str(sku["name"])),
                "capacity": capacity,
            },
            kind=text(resource.inputs, "kind") or ("linux" if resource.inputs.get("reserved") else "app"),
            reserved=bool(resource.inputs.get("reserved")),
            geoRegion=text(resource.inputs, "location"),
            maximumNumberOfWorkers=tier.instances,
            numberOfWorkers=capacity,
            numberOfSites=len(_sites_on(scope, resource.id)),
            provisioningState="Succeeded",
            resourceGroup=group_of(resource.id),
            status="Ready",
            subscription=SUBSCRIPTION_ID,
        )

    def require_removable(self, scope: Scope, record: Record) -> None:
        """Refuses, as Azure does, while sites are on the plan."""
        if sites := _sites_on(scope, record.id):
            raise conflict(
                f"Server farm '{name_of(record.id)}' cannot be deleted because it has web app(s) "
                f"{', '.join(sites)} assigned to it."
            )


def _require_size(sku: Mapping[str, Any]) -> tuple[Tier, int]:
    size = str(sku.get("name") or "")
    tier = tier_of(size)
    if tier is None:
        raise bad_request(f"'{size}' is not a plan's size; for example B1, S1 or P1v3.", "InvalidSku")
    capacity = int(sku.get("capacity") or 1)
    if capacity > tier.instances:
        raise bad_request(
            f"The maximum number of workers for the tier {tier.name} is {tier.instances}; {capacity} were asked for."
        )
    return tier, capacity


def _family(size: str) -> str:
    found = re.match(r"[A-Za-z]+", size)
    version = re.search(r"m?v\d$", size)
    return (found.group() if found else "") + (version.group() if version else "")


def _sites_on(scope: Scope, plan: str) -> list[str]:
    return [
        name_of(site.id)
        for site in scope.store.all(SITE_TOKEN)
        if text(site.inputs, "serverFarmId").lower() == plan.lower()
    ]


HANDLERS: tuple[Handler, ...] = (AppServicePlan(),)
FUNCTIONS: dict[str, Function] = {}
