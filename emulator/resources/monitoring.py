"""Azure Monitor: workspaces, Application Insights, who is told, rules, logs, scaling, budgets.

Nothing is measured, told or scaled here: what Azure would refuse is refused, the rest kept and answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from emulator.constants import TENANT_ID
from emulator.resources.errors import bad_request, conflict, not_found
from emulator.resources.handler import GROUP_PATH, Function, Handler, Problem, Resource, Scope
from emulator.resources.identity import identity_output, preview_identity, user_assigned
from emulator.resources.ids import IdTemplate, name_of, uuid_of
from emulator.resources.plan import PLAN_TYPE, tier_of
from emulator.resources.values import text
from emulator.store import Record

WORKSPACE_TYPE = "Microsoft.OperationalInsights/workspaces"
_SHORT_NAME_LENGTH = 12
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NO_AUTOSCALE = frozenset({"Free", "Shared", "Basic"})
# learn.microsoft.com/rest/api/monitor/scheduled-query-rules: spans are of a list, not any ISO duration.
_FREQUENCIES = frozenset({"PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT6H", "PT12H", "P1D"})
_LOOKS_BACK = frozenset(
    {"PT5M", "PT10M", "PT15M", "PT20M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D", "P2D"}
)


class Workspace(Handler):
    """A Log Analytics workspace."""

    token = "azure-native:operationalinsights:Workspace"  # noqa: S105
    type = WORKSPACE_TYPE
    path = IdTemplate(f"{GROUP_PATH}/providers/{WORKSPACE_TYPE}/{{workspaceName}}")
    force_new = frozenset({"location"})

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the workspace's outputs."""
        return self.answer(
            resource,
            createdDate=resource.created,
            customerId=uuid_of(resource.id, "workspace"),
            modifiedDate=resource.now,
            provisioningState="Succeeded",
        )


class Component(Handler):
    """An Application Insights component."""

    token = "azure-native:applicationinsights:Component"  # noqa: S105
    type = "Microsoft.Insights/components"
    path = IdTemplate(f"{GROUP_PATH}/providers/Microsoft.Insights/components/{{resourceName}}")
    force_new = frozenset({"location"})

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the component's outputs; its workspace must exist."""
        _require(scope, text(resource.inputs, "workspaceResourceId"))
        key, app = uuid_of(resource.id, "instrumentation"), uuid_of(resource.id, "app")
        region = text(resource.inputs, "location").replace(" ", "").lower()
        address = (
            f"InstrumentationKey={key};IngestionEndpoint=https://{region}-0.in.applicationinsights.azure.com/;"
            f"LiveEndpoint=https://{region}.livediagnostics.monitor.azure.com/;ApplicationId={app}"
        )
        return self.answer(
            resource,
            appId=app,
            applicationId=resource.name,
            connectionString=address,
            creationDate=resource.created,
            instrumentationKey=key,
            provisioningState="Succeeded",
            tenantId=TENANT_ID,
        )


class ActionGroup(Handler):
    """Who is told."""

    token = "azure-native:monitor:ActionGroup"  # noqa: S105
    type = "Microsoft.Insights/actionGroups"
    path = IdTemplate(f"{GROUP_PATH}/providers/Microsoft.Insights/actionGroups/{{actionGroupName}}")
    force_new = frozenset({"location"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a short name that is too long, and addresses that are none."""
        short = text(inputs, "groupShortName")
        if len(short) > _SHORT_NAME_LENGTH:
            yield Problem("groupShortName", f"{short!r} has more than {_SHORT_NAME_LENGTH} characters")
        for index, receiver in enumerate(inputs.get("emailReceivers") or ()):
            address = text(receiver, "emailAddress")
            if address and not _MAIL.fullmatch(address):
                yield Problem(f"emailReceivers[{index}].emailAddress", f"{address!r} is not a mail address")


class ScheduledQueryRule(Handler):
    """A log alert."""

    token = "azure-native:monitor:ScheduledQueryRule"  # noqa: S105
    type = "Microsoft.Insights/scheduledQueryRules"
    path = IdTemplate(f"{GROUP_PATH}/providers/Microsoft.Insights/scheduledQueryRules/{{ruleName}}")
    force_new = frozenset({"location"})

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields what the service asks for and the SDK does not, and spans that are not on Azure's list."""
        for key in ("criteria", "evaluationFrequency", "scopes", "windowSize"):
            if key not in inputs:
                yield Problem(key, "a log alert needs it")
        if "severity" not in inputs:
            yield Problem("severity", "a log alert needs it; 0 to 4")
        for key, allowed in (("evaluationFrequency", _FREQUENCIES), ("overrideQueryTimeRange", _LOOKS_BACK)):
            value = text(inputs, key)
            if value and value not in allowed:
                yield Problem(key, f"{value!r} is not one of {', '.join(sorted(allowed))}")
        if inputs.get("autoMitigate") is True and inputs.get("muteActionsDuration"):
            yield Problem("muteActionsDuration", "auto mitigation must be disabled when action suppression is set")

    def previewed(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the inputs, identities as a map."""
        return preview_identity(inputs)

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the rule's outputs; what it looks at and whom it tells must exist, and its scope stays."""
        old = resource.old
        if old is not None and old.inputs.get("scopes") != resource.inputs.get("scopes"):
            raise bad_request("Scheduled query rule scopes can't be changed after creation.")
        actions: Mapping[str, Any] = resource.inputs.get("actions") or {}
        for needed in (*(resource.inputs.get("scopes") or ()), *(actions.get("actionGroups") or ())):
            _require(scope, needed)
        wanted = resource.inputs.get("identity")
        identity = {"identity": identity_output(wanted, user_assigned(scope, wanted), None)} if wanted else {}
        return {
            **self.answer(resource),
            "createdWithApiVersion": "2025-01-01-preview",
            "isWorkspaceAlertsStorageConfigured": False,
            **identity,
        }


class DiagnosticSetting(Handler):
    """Which logs of a resource go where."""

    token = "azure-native:monitor:DiagnosticSetting"  # noqa: S105
    type = "Microsoft.Insights/diagnosticSettings"
    path = IdTemplate("/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}")

    def parent(self, id: str) -> str:
        """Returns the resource whose logs they are."""
        return id.rpartition("/providers/Microsoft.Insights/diagnosticSettings/")[0]

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the setting's outputs; the workspace must exist, and one setting sends a category there."""
        workspace = text(resource.inputs, "workspaceId")
        _require(scope, workspace)
        for other in scope.store.below(f"{self.parent(resource.id)}/providers/{self.type}"):
            same_sink = text(other.inputs, "workspaceId").lower() == workspace.lower()
            if (
                other.id.lower() != resource.id.lower()
                and same_sink
                and _categories(other.inputs) & _categories(resource.inputs)
            ):
                raise conflict(
                    f"Data sink '{workspace}' is already used in diagnostic setting '{name_of(other.id)}' for category "
                    f"'{min(_categories(other.inputs))}'. Data sinks can't be reused in different settings."
                )
        return self.answer(resource)


class AutoscaleSetting(Handler):
    """How a plan's number of machines follows its load."""

    token = "azure-native:monitor:AutoscaleSetting"  # noqa: S105
    type = "Microsoft.Insights/autoscaleSettings"
    path = IdTemplate(f"{GROUP_PATH}/providers/Microsoft.Insights/autoscaleSettings/{{autoscaleSettingName}}")
    force_new = frozenset({"location"})

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the setting's outputs; its target must exist and be of a tier that scales."""
        target = _require(scope, text(resource.inputs, "targetResourceUri"))
        if target and f"/{PLAN_TYPE}/".lower() in target.id.lower():
            tier = tier_of(text(target.outputs.get("sku") or {}, "name", "F1"))
            if tier and tier.name in _NO_AUTOSCALE:
                raise bad_request(f"Autoscale is not supported for the sku tier '{tier.name}'; it needs Standard.")
        for profile in resource.inputs.get("profiles") or ():
            capacity: Mapping[str, Any] = profile.get("capacity") or {}
            least, start, most = (_machines(capacity, key) for key in ("minimum", "default", "maximum"))
            if not least <= start <= most:
                raise bad_request(f"capacity: minimum {least} <= default {start} <= maximum {most} does not hold.")
        return self.answer(resource)


def _machines(capacity: Mapping[str, Any], key: str) -> int:
    value = str(capacity.get(key) or 0)
    if not value.isdecimal():
        raise bad_request(f"capacity: {key} '{value}' is not a whole number of machines.")
    return int(value)


class Budget(Handler):
    """What a scope may cost, and who is told when it will cost more."""

    token = "azure-native:consumption:Budget"  # noqa: S105
    type = "Microsoft.Consumption/budgets"
    path = IdTemplate("/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}")

    def parent(self, id: str) -> str:
        """Returns the scope."""
        return id.rpartition("/providers/Microsoft.Consumption/budgets/")[0]

    def check(self, inputs: Mapping[str, Any]) -> Iterator[Problem]:
        """Yields a start that is not the first of a month, and notifications that tell nobody."""
        period = inputs.get("timePeriod")
        start = text(period, "startDate") if isinstance(period, dict) else ""
        if start and not _is_first(start):
            yield Problem("timePeriod.startDate", f"{start!r} is not the first day of a month")
        for name, told in (inputs.get("notifications") or {}).items():
            if isinstance(told, dict) and not any(
                told.get(key) for key in ("contactEmails", "contactGroups", "contactRoles")
            ):
                yield Problem(
                    f"notifications.{name}", "tells nobody; one of contactEmails, contactGroups, contactRoles"
                )

    async def put(self, scope: Scope, resource: Resource) -> dict[str, Any]:
        """Returns the budget's outputs; the groups it tells must exist."""
        for told in (resource.inputs.get("notifications") or {}).values():
            for group in told.get("contactGroups") or ():
                _require(scope, group)
        return self.answer(resource, currentSpend={"amount": 0, "unit": "USD"})


def _is_first(moment: str) -> bool:
    try:
        return datetime.fromisoformat(moment).day == 1
    except ValueError:
        return False


def _categories(inputs: Mapping[str, Any]) -> set[str]:
    return {text(log, "category") for log in inputs.get("logs") or () if log.get("enabled")}


def _require(scope: Scope, id: str) -> Record | None:
    """Returns the record of a resource that another refers to; raises ARM's 404 where there is none. Empty is fine."""
    return scope.require(id, not_found(f"The Resource '{id}' was not found.")) if id else None


HANDLERS: tuple[Handler, ...] = (
    Workspace(),
    Component(),
    ActionGroup(),
    ScheduledQueryRule(),
    DiagnosticSetting(),
    AutoscaleSetting(),
    Budget(),
)
FUNCTIONS: dict[str, Function] = {}
