"""The App Service plan that every web app and WebJob of a stack shares."""

from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi_azure_native import monitor, web

from components.raw import merged

_TIERS = (
    ("P", "v4", "PremiumV4"),
    ("P", "v3", "PremiumV3"),
    ("P", "v2", "PremiumV2"),
    ("I", "v4", "IsolatedV4"),
    ("I", "v2", "IsolatedV2"),
    ("F", "", "Free"),
    ("D", "", "Shared"),
    ("B", "", "Basic"),
    ("S", "", "Standard"),
)
_CALM_SHARE = 0.4
"""A machine is taken away below this share of the limit above which one is added, so that none comes and goes."""


def tier_of(sku: str) -> str:
    """The tier App Service files a size under: "Basic" for "B2", "PremiumV3" for "P1v3"."""
    for prefix, suffix, tier in _TIERS:
        if sku.upper().startswith(prefix) and sku.lower().endswith(suffix):
            return tier
    raise ValueError(f"sku: {sku!r} is not an App Service size; expected for example 'B1', 'S1' or 'P1v3'")


def has_always_on(sku: str) -> bool:
    """Whether apps on this size can stay loaded: from Basic upwards."""
    return tier_of(sku) not in {"Free", "Shared"}


class ScalingArgs(TypedDict):
    """How the number of machines follows the load."""

    min: int
    """Fewest machines."""
    max: int
    """Most machines."""
    cpu: NotRequired[int]
    """Average processor use, in percent, above which a machine is added; 70 when omitted."""


class SharedPlanArgs(TypedDict):
    """What a shared plan is made from."""

    resource_group_name: pulumi.Input[str]
    """Resource group the plan is created in."""
    plan_name: str
    """Azure name of the plan."""
    sku: NotRequired[str]
    """Size, such as "B1"; the smallest with Always On when omitted."""
    instances: NotRequired[int]
    """Number of workers; 1 when omitted. With `scaling`, where it begins."""
    os: NotRequired[str]
    """"linux" or "windows"; Linux when omitted."""
    containers: NotRequired[bool]
    """Whether a Windows plan runs Windows containers."""
    zone_redundant: NotRequired[bool]
    """Whether the workers are spread over availability zones."""
    scaling: NotRequired[ScalingArgs]
    """Makes Azure Monitor set the number of workers; it stays as it is when omitted."""
    tags: NotRequired[pulumi.Input[dict[str, str]]]
    """Tags of the plan."""
    azure: NotRequired[dict[str, Any]]
    """Raw arguments of `web.AppServicePlan`."""


class SharedPlan(pulumi.ComponentResource):
    """An App Service plan that carries many apps and their WebJobs."""

    plan_id: pulumi.Output[str]
    """Resource id that web apps name as their plan."""

    def __init__(self, name: str, args: SharedPlanArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the plan; raises ValueError for a size App Service does not have."""
        super().__init__("oneplan:index:SharedPlan", name, {}, opts)
        scaling = args.get("scaling")
        plan = web.AppServicePlan(
            f"{name}-plan",
            **merged(_plan(args), args.get("azure", {})),
            # Azure Monitor changes the number; Pulumi must not set it back.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["sku.capacity"] if scaling else None),
        )
        if scaling:
            _autoscale(f"{name}-autoscale", args, scaling, plan)
        self.plan_id = plan.id
        self.register_outputs({"plan_id": self.plan_id})


def _plan(args: SharedPlanArgs) -> dict[str, Any]:
    sku, is_linux = args.get("sku", "B1"), args.get("os", "linux") == "linux"
    plan: dict[str, Any] = {
        "name": args["plan_name"],
        "resource_group_name": args["resource_group_name"],
        "kind": "linux" if is_linux else "app",
        "reserved": is_linux,
        "sku": {"name": sku, "tier": tier_of(sku), "capacity": args.get("instances", 1)},
        "tags": args.get("tags"),
    }
    if args.get("zone_redundant"):
        plan["zone_redundant"] = True
    if args.get("containers") and not is_linux:
        plan |= {"hyper_v": True, "kind": "hyperV"}
    return plan


def _autoscale(
    name: str, args: SharedPlanArgs, scaling: ScalingArgs, plan: web.AppServicePlan
) -> "monitor.AutoscaleSetting":
    limit = scaling.get("cpu", 70)
    start = min(max(args.get("instances", 1), scaling["min"]), scaling["max"])
    # Azure takes these as texts of whole numbers; a program in another language sends every number as 3.0.
    limits = {"minimum": scaling["min"], "maximum": scaling["max"], "default": start}
    capacity = {key: str(int(number)) for key, number in limits.items()}
    return monitor.AutoscaleSetting(
        name,
        autoscale_setting_name=f"{args['plan_name']}-autoscale",
        resource_group_name=args["resource_group_name"],
        target_resource_uri=plan.id,
        enabled=True,
        profiles=[
            {
                "name": "processor",
                "capacity": capacity,
                "rules": [
                    _rule(plan.id, "GreaterThan", limit, "Increase", "PT5M"),
                    _rule(plan.id, "LessThan", round(limit * _CALM_SHARE), "Decrease", "PT10M"),
                ],
            }
        ],
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(parent=plan),
    )


def _rule(plan_id: pulumi.Output[str], operator: str, threshold: int, direction: str, cooldown: str) -> dict[str, Any]:
    """One machine more or less; metric and times as learn.microsoft.com/azure/azure-monitor/autoscale advises."""
    return {
        "metric_trigger": {
            "metric_name": "CpuPercentage",
            "metric_resource_uri": plan_id,
            "time_grain": "PT1M",
            "statistic": "Average",
            "time_window": "PT10M",
            "time_aggregation": "Average",
            "operator": operator,
            "threshold": threshold,
        },
        "scale_action": {"direction": direction, "type": "ChangeCount", "value": "1", "cooldown": cooldown},
    }
