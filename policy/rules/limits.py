"""What a team agrees on: sizes, regions, tags, machines, money. Nothing is limited until it is configured."""

from typing import Any

from pulumi_policy import (
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from rules.resources import BUDGET, PLAN, SITES, size

_WORDS: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "default": []}


def _sizes(args: ResourceValidationArgs, report: ReportViolation) -> None:
    allowed = [str(one).lower() for one in args.get_config().get("allowed") or []]
    if args.resource_type == PLAN and allowed and size(args.props).lower() not in allowed:
        report(f"sku/name: {size(args.props)} is not among {', '.join(allowed)}; change plan.sku")


def _regions(args: ResourceValidationArgs, report: ReportViolation) -> None:
    allowed = {_plain(one) for one in args.get_config().get("allowed") or []}
    location = args.props.get("location")
    if not allowed or not isinstance(location, str) or _plain(location) == "global":
        return
    if _plain(location) not in allowed:
        report(f"location: {location} is not among {', '.join(sorted(allowed))}; change `location`")


def _tags(args: ResourceValidationArgs, report: ReportViolation) -> None:
    required = args.get_config().get("required") or []
    if args.resource_type in SITES | {PLAN, "azure-native:resources:ResourceGroup"}:
        missing = [tag for tag in required if tag not in (args.props.get("tags") or {})]
        if missing:
            report(f"tags: {', '.join(missing)} missing; add them under `tags`")


def _machines(args: ResourceValidationArgs, report: ReportViolation) -> None:
    most = args.get_config().get("most") or 0
    if not most:
        return
    if args.resource_type == PLAN:
        capacity = (args.props.get("sku") or {}).get("capacity") or 1
        if capacity > most:
            report(f"sku/capacity: {capacity:g} machines, {most:g} are allowed; lower plan.instances")
    elif args.resource_type == "azure-native:monitor:AutoscaleSetting":
        for profile in args.props.get("profiles") or []:
            top = int((profile.get("capacity") or {}).get("maximum") or 0)
            if top > most:
                report(f"profiles/capacity/maximum: {top} machines, {most:g} are allowed; lower plan.autoscale.max")


def _money(args: StackValidationArgs, report: ReportViolation) -> None:
    most = args.get_config().get("monthly") or 0
    if not most:
        return
    budgets = [each for each in args.resources if each.resource_type == BUDGET]
    if not budgets:
        report(f"budget: there is none; add `budget: {{monthly: {most:g}}}` or less")
    for budget in budgets:
        if (budget.props.get("amount") or 0) > most:
            report(
                f"amount: {budget.props['amount']:g} a month, {most:g} are allowed; lower budget.monthly", budget.urn
            )


def _plain(location: str) -> str:
    return str(location).replace(" ", "").lower()


def _schema(name: str, schema: dict[str, Any]) -> PolicyConfigSchema:
    return PolicyConfigSchema({name: schema})


_NUMBER: dict[str, Any] = {"type": "number", "default": 0}
SIZES = ResourceValidationPolicy(
    "allowed-sizes", "Plans have a size that is agreed on", _sizes, config_schema=_schema("allowed", _WORDS)
)
REGIONS = ResourceValidationPolicy(
    "allowed-regions", "Everything is in a region that is agreed on", _regions, config_schema=_schema("allowed", _WORDS)
)
TAGS = ResourceValidationPolicy(
    "required-tags", "Groups, plans and sites have the agreed tags", _tags, config_schema=_schema("required", _WORDS)
)
MACHINES = ResourceValidationPolicy(
    "most-machines", "Plans have so many machines at most", _machines, config_schema=_schema("most", _NUMBER)
)
MONEY = StackValidationPolicy(
    "monthly-budget", "A stack has a budget, of so much at most", _money, config_schema=_schema("monthly", _NUMBER)
)
