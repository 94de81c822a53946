"""The App Service plan that every web app and WebJob of a stack shares."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import web

_TIERS = (
    ("P", "v4", "PremiumV4"),
    ("P", "v3", "PremiumV3"),
    ("P", "v2", "PremiumV2"),
    ("I", "v2", "IsolatedV2"),
    ("F", "", "Free"),
    ("D", "", "Shared"),
    ("B", "", "Basic"),
    ("S", "", "Standard"),
)


def tier_of(sku: str) -> str:
    """The tier App Service files a size under: "Basic" for "B2", "PremiumV3" for "P1v3"."""
    for prefix, suffix, tier in _TIERS:
        if sku.upper().startswith(prefix) and sku.lower().endswith(suffix):
            return tier
    raise ValueError(f"sku: {sku!r} is not an App Service size; expected for example 'B1', 'S1' or 'P1v3'")


class SharedPlanArgs(TypedDict):
    """What a shared plan is made from."""

    resource_group_name: pulumi.Input[str]
    """Resource group the plan is created in."""
    plan_name: str
    """Azure name of the plan."""
    sku: NotRequired[str]
    """Size, such as "B1"; the smallest with Always On when omitted."""
    instances: NotRequired[int]
    """Number of workers; 1 when omitted."""
    tags: NotRequired[pulumi.Input[dict[str, str]]]
    """Tags of the plan."""


class SharedPlan(pulumi.ComponentResource):
    """A Linux App Service plan that carries many apps and their WebJobs."""

    plan_id: pulumi.Output[str]
    """Resource id that web apps name as their plan."""

    def __init__(self, name: str, args: SharedPlanArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the plan; raises ValueError for a size App Service does not have."""
        super().__init__("oneplan:index:SharedPlan", name, {}, opts)
        sku = args.get("sku", "B1")
        plan = web.AppServicePlan(
            f"{name}-plan",
            name=args["plan_name"],
            resource_group_name=args["resource_group_name"],
            kind="linux",
            reserved=True,
            sku={"name": sku, "tier": tier_of(sku), "capacity": args.get("instances", 1)},
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.plan_id = plan.id
        self.register_outputs({"plan_id": self.plan_id})
