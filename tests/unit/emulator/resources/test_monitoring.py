"""Azure Monitor: what it refuses, and what it answers."""

import pytest

from emulator.resources import AzureError
from emulator.resources.catalogue import handler

RULE = {
    "criteria": {"allOf": []},
    "evaluationFrequency": "PT5M",
    "windowSize": "PT5M",
    "severity": 1,
    "location": "westeurope",
}


async def workspace(subscription, name="logs"):
    return await subscription.create(
        "operationalinsights:Workspace", name, resourceGroupName="rg", workspaceName=name, location="westeurope"
    )


async def rule(subscription, *scopes):
    inputs = {**RULE, "resourceGroupName": "rg", "ruleName": "late", "scopes": list(scopes)}
    return await subscription.create("monitor:ScheduledQueryRule", "late", **inputs)


async def test_a_component_tells_where_to_send_and_needs_its_workspace(subscription):
    await subscription.group()
    common = {"resourceGroupName": "rg", "resourceName": "insights", "location": "West Europe", "kind": "web"}
    with pytest.raises(AzureError, match="'/nowhere' was not found"):
        await subscription.create("applicationinsights:Component", "i", **common, workspaceResourceId="/nowhere")

    made = await subscription.create(
        "applicationinsights:Component", "i", **common, workspaceResourceId=(await workspace(subscription)).id
    )

    assert "IngestionEndpoint=https://westeurope-0.in." in made.outputs["connectionString"]


async def test_what_a_rule_looks_at_cannot_change(subscription):
    await subscription.group()
    first, second = await workspace(subscription), await workspace(subscription, "more-logs")
    await rule(subscription, first.id)

    with pytest.raises(AzureError, match="scopes can't be changed"):
        await rule(subscription, second.id)


async def test_one_setting_sends_a_category_to_a_workspace(subscription):
    await subscription.group()
    await subscription.plan()
    site, sink = await subscription.site(), await workspace(subscription)
    logs = [{"category": "AppServiceHTTPLogs", "enabled": True}]
    setting = {"resourceUri": site.id, "workspaceId": sink.id, "logs": logs}
    await subscription.create("monitor:DiagnosticSetting", "one", name="one", **setting)

    with pytest.raises(AzureError, match="already used in diagnostic setting 'one' for category 'AppServiceHTTPLogs'"):
        await subscription.create("monitor:DiagnosticSetting", "two", name="two", **setting)


@pytest.mark.parametrize(
    ("size", "start", "text"),
    [
        ("B1", "1", "Autoscale is not supported for the sku tier 'Basic'"),
        ("S1", "9", "default 9 <= maximum 3"),
        ("S1", "1.0", "default '1.0' is not a whole number of machines"),
    ],
)
async def test_what_cannot_scale_is_refused(subscription, size, start, text):
    await subscription.group()
    plan = await subscription.plan(size)
    capacity = {"minimum": "1", "maximum": "3", "default": start}

    with pytest.raises(AzureError, match=text):
        await subscription.create(
            "monitor:AutoscaleSetting",
            "a",
            resourceGroupName="rg",
            autoscaleSettingName="a",
            targetResourceUri=plan.id,
            profiles=[{"name": "p", "capacity": capacity, "rules": []}],
        )


@pytest.mark.parametrize(
    ("token", "inputs", "found"),
    [
        ("monitor:ActionGroup", {"groupShortName": "thirteenchars"}, ["groupShortName"]),
        ("monitor:ActionGroup", {"emailReceivers": [{"emailAddress": "ops"}]}, ["emailReceivers[0].emailAddress"]),
        ("monitor:ScheduledQueryRule", RULE, ["scopes"]),
        ("monitor:ScheduledQueryRule", {**RULE, "scopes": [], "evaluationFrequency": "PT7M"}, ["evaluationFrequency"]),
        (
            "monitor:ScheduledQueryRule",
            {**RULE, "scopes": [], "autoMitigate": True, "muteActionsDuration": "PT1H"},
            ["muteActionsDuration"],
        ),
        ("consumption:Budget", {"timePeriod": {"startDate": "2026-11-02T00:00:00Z"}}, ["timePeriod.startDate"]),
        ("consumption:Budget", {"timePeriod": {"startDate": "2026-11-01T00:00:00Z"}}, []),
        ("consumption:Budget", {"notifications": {"spent": {"contactEmails": []}}}, ["notifications.spent"]),
    ],
)
def test_what_monitor_refuses_is_refused_before_anything_happens(token, inputs, found):
    assert [problem.property for problem in handler(f"azure-native:{token}").check(inputs)] == found
