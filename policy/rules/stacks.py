"""What holds for a stack as a whole: one plan, jobs that stay still in slots, poison that is noticed."""

from collections.abc import Mapping
from typing import Any

from pulumi_policy import (
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from rules.resources import COMPONENT, PLAN, QUEUE, SLOT, queue_name, settings

_RULE = "azure-native:monitor:ScheduledQueryRule"
_STICKY = "azure-native:web:WebAppSlotConfigurationNames"
_STOPPED = "WEBJOBS_STOPPED"


def _one_plan(args: StackValidationArgs, report: ReportViolation) -> None:
    plans = [each for each in args.resources if each.resource_type == PLAN]
    for plan in plans[1:]:
        report(f"{len(plans)} plans, each with its own bill; put every app on the one plan", plan.urn)


def _still_slots(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """By resource, for a stack is checked by outputs, and Azure answers no settings."""
    running = args.get_config().get("running") or []
    if args.resource_type != SLOT or str(args.props.get("slot")) in running:
        return
    if dict(settings(args.props)).get(_STOPPED) not in {"1", "true"}:
        report(f"siteConfig/appSettings/{_STOPPED}: is not 1; set jobs: stopped, or each job runs twice")


def _sticky_slots(args: StackValidationArgs, report: ReportViolation) -> None:
    slots = [each for each in args.resources if each.resource_type == SLOT]
    names = [each.props.get("appSettingNames") or [] for each in args.resources if each.resource_type == _STICKY]
    if slots and not any(_STOPPED in each for each in names):
        report(f"appSettingNames: {_STOPPED} is not sticky; a swap would stop the jobs of production", slots[0].urn)


def _poison_alerts(args: StackValidationArgs, report: ReportViolation) -> None:
    if not any(each.resource_type == COMPONENT for each in args.resources):
        return  # a stack on this machine has no monitoring; its dashboard shows poison
    queries = [_query(each.props) for each in args.resources if each.resource_type == _RULE]
    for queue in (each for each in args.resources if each.resource_type == QUEUE):
        name = queue_name(queue.props)
        # A rule whose query is not known yet is of another kind: poison queries hold nothing that has to be awaited.
        if name.endswith("-poison") and not any(f'"{name}"' in query for query in queries):
            report(f"queueName: nobody hears of messages in {name!r}; add alert: {{poison: 1}} to the queue", queue.urn)


def _query(props: Mapping[str, Any]) -> str:
    conditions = (props.get("criteria") or {}).get("allOf") or []
    return "\n".join(str(each.get("query") or "") for each in conditions)


ONE_PLAN = StackValidationPolicy("one-plan", "All apps share one plan", _one_plan)
STILL_SLOTS = ResourceValidationPolicy(
    "still-slots",
    "Jobs do not run in slots",
    _still_slots,
    config_schema=PolicyConfigSchema({"running": {"type": "array", "items": {"type": "string"}, "default": []}}),
)
STICKY_SLOTS = StackValidationPolicy("sticky-slots", "A swap leaves jobs where they are", _sticky_slots)
POISON_ALERTS = StackValidationPolicy("poison-alerts", "Somebody hears of poison messages", _poison_alerts)
