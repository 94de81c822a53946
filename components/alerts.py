"""Who is told of what: action groups, and one rule for each concern and each set of people."""

from __future__ import annotations

from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import monitor

from components.monitoring import Monitoring

_SHORT_NAME_LENGTH = 12


class ActionGroupArgs(TypedDict):
    """Whom a group tells."""

    resource_group_name: pulumi.Input[str]
    """Resource group it is created in."""
    group_name: str
    """Azure name of the action group."""
    short_name: str
    """Name shown in messages; cut to twelve characters."""
    emails: NotRequired[list[str]]
    """Mail addresses."""
    webhook: NotRequired[str]
    """Address that is called, https."""
    tags: NotRequired[dict[str, str]]
    """Tags of the group."""


def action_group(name: str, args: ActionGroupArgs, opts: pulumi.ResourceOptions | None = None) -> monitor.ActionGroup:
    """Declares an action group; each message has Azure's common form."""
    webhook = args.get("webhook")
    return monitor.ActionGroup(
        name,
        action_group_name=args["group_name"],
        group_short_name=args["short_name"][:_SHORT_NAME_LENGTH],
        resource_group_name=args["resource_group_name"],
        location="Global",
        enabled=True,
        email_receivers=[
            {"name": f"mail-{number}", "email_address": address, "use_common_alert_schema": True}
            for number, address in enumerate(args.get("emails", []), 1)
        ],
        webhook_receivers=[{"name": "webhook", "service_uri": webhook, "use_common_alert_schema": True}]
        if webhook
        else [],
        tags=args.get("tags"),
        opts=opts,
    )


class AlertRuleArgs(TypedDict):
    """When a rule fires, and whom it tells."""

    resource_group_name: pulumi.Input[str]
    """Resource group it is created in."""
    rule_name: str
    """Azure name of the rule."""
    summary: str
    """What it says, in one line."""
    query: pulumi.Input[str]
    """Kusto query; each row is one finding."""
    split_by: list[str]
    """Columns of which each combination is an alert of its own."""
    severity: int
    """0 (critical) to 4 (verbose)."""
    looks_back: str
    """How far the query sees, as an ISO 8601 duration that Azure takes, "P2D" at most."""
    groups: list[pulumi.Output[str]]
    """Resource ids of action groups."""
    tags: NotRequired[dict[str, str]]
    """Tags of the rule."""


def alert_rule(name: str, args: AlertRuleArgs, monitoring: Monitoring) -> monitor.ScheduledQueryRule:
    """Declares a rule over the workspace that looks every five minutes and ends by itself when it is over."""
    return monitor.ScheduledQueryRule(
        name,
        rule_name=args["rule_name"],
        display_name=args["summary"],
        description=args["summary"],
        resource_group_name=args["resource_group_name"],
        kind=monitor.Kind.LOG_ALERT,
        enabled=True,
        severity=args["severity"],
        scopes=[monitoring.workspace_id],
        evaluation_frequency="PT5M",
        window_size="PT5M",
        override_query_time_range=args["looks_back"],
        auto_mitigate=True,
        # The tables come with the first data, which a new workspace does not have.
        skip_query_validation=True,
        identity={"type": monitor.IdentityType.USER_ASSIGNED, "user_assigned_identities": [monitoring.reader_id]},
        criteria={
            "all_of": [
                {
                    "query": args["query"],
                    "time_aggregation": monitor.TimeAggregation.COUNT,
                    "operator": monitor.ConditionOperator.GREATER_THAN,
                    "threshold": 0,
                    "dimensions": [
                        {"name": column, "operator": monitor.DimensionOperator.INCLUDE, "values": ["*"]}
                        for column in args["split_by"]
                    ],
                    "failing_periods": {"number_of_evaluation_periods": 1, "min_failing_periods_to_alert": 1},
                }
            ]
        },
        actions={"action_groups": args["groups"]},
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(
            parent=monitoring,
            depends_on=[monitoring.reader_role],
            # A rule's scope cannot be changed in place (pulumi-azure-native issue 4839).
            replace_on_changes=["scopes"],
            delete_before_replace=True,
        ),
    )
