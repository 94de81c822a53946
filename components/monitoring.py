"""Where runs, logs and figures of a stack go: a workspace, and Application Insights without keys before it."""

from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import applicationinsights, managedidentity, monitor, operationalinsights

from components.access import Role, grant

KEPT_DAYS = 30
APP_LOGS = ("AppServiceAuditLogs", "AppServiceConsoleLogs", "AppServiceHTTPLogs", "AppServicePlatformLogs")
QUEUE_LOGS = ("StorageDelete", "StorageWrite")


class MonitoringArgs(TypedDict):
    """What monitoring is made from."""

    resource_group_name: pulumi.Input[str]
    """Resource group everything is created in."""
    workspace_name: str
    """Azure name of the workspace."""
    insights_name: str
    """Azure name of the Application Insights component."""
    identity_name: str
    """Azure name of the identity that alert rules read the workspace with."""
    subscription_id: str
    """Subscription of the group."""
    tags: NotRequired[dict[str, str]]
    """Tags of all of it."""


class Monitoring(pulumi.ComponentResource):
    """A workspace and an Application Insights component that takes tokens only."""

    workspace_id: pulumi.Output[str]
    """Resource id of the workspace."""
    insights_id: pulumi.Output[str]
    """Resource id of the component, to grant `Monitoring Metrics Publisher` at."""
    connection_string: pulumi.Output[str]
    """Where apps send to; it opens nothing by itself."""
    reader_id: pulumi.Output[str]
    """Resource id of the identity that may read the workspace."""

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declares the workspace, the component, and the identity of alert rules."""
        super().__init__("oneplan:index:Monitoring", name, {}, opts)
        own, common = (
            pulumi.ResourceOptions(parent=self),
            {"resource_group_name": args["resource_group_name"], "tags": args.get("tags")},
        )
        workspace = operationalinsights.Workspace(
            f"{name}-workspace",
            workspace_name=args["workspace_name"],
            sku={"name": operationalinsights.WorkspaceSkuNameEnum.PER_GB2018},
            retention_in_days=KEPT_DAYS,
            features={"enable_log_access_using_only_resource_permissions": True, "disable_local_auth": True},
            **common,
            opts=own,
        )
        insights = applicationinsights.Component(
            f"{name}-insights",
            resource_name_=args["insights_name"],
            kind="web",
            application_type=applicationinsights.ApplicationType.WEB,
            workspace_resource_id=workspace.id,
            disable_local_auth=True,
            **common,
            opts=own,
        )
        # Without an identity of its own a rule keeps the rights of whoever deployed it last.
        reader = managedidentity.UserAssignedIdentity(
            f"{name}-reader", resource_name_=args["identity_name"], **common, opts=own
        )
        # What lets it; rules wait for it.
        self.reader_role = grant(
            f"{name}-reader-logs",
            Role.LOG_READER,
            scope=workspace.id,
            principal_id=reader.principal_id,
            subscription_id=args["subscription_id"],
            parent=self,
        )
        self.workspace_id, self.insights_id, self.reader_id = workspace.id, insights.id, reader.id
        self.connection_string = insights.connection_string
        self.register_outputs(
            {
                "workspace_id": self.workspace_id,
                "insights_id": self.insights_id,
                "connection_string": self.connection_string,
                "reader_id": self.reader_id,
            }
        )

    def collect(
        self, name: str, resource_id: pulumi.Input[str], logs: tuple[str, ...], *, parent: pulumi.Resource
    ) -> "monitor.DiagnosticSetting":
        """Sends a resource's logs to the workspace; its figures are in Azure Monitor without that."""
        return monitor.DiagnosticSetting(
            name,
            name="oneplan",
            resource_uri=resource_id,
            workspace_id=self.workspace_id,
            logs=[{"category": category, "enabled": True} for category in logs],
            # A setting outlives its deleted resource and would stand in the way of the new one's.
            opts=pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
        )
