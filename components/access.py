"""Least-privilege access of one app's identity to single queues, containers and tables."""

import uuid
from enum import StrEnum

import pulumi
from pulumi_azure_native import authorization


class Role(StrEnum):
    """Azure's built-in roles that apps and jobs are given, by definition id.

    Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles.
    """

    BLOB_OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"
    BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
    BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
    QUEUE_READER = "19e7f393-937e-4f77-808e-94535e297925"
    QUEUE_CONTRIBUTOR = "974c5e8b-45b9-4653-ba55-5f855dd0fb88"
    QUEUE_SENDER = "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"
    QUEUE_PROCESSOR = "8a0f0c08-91a1-4084-bc3d-661d67233fed"
    TABLE_READER = "76199698-9eea-4c19-bc75-cec21354c6b6"
    TABLE_CONTRIBUTOR = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"
    SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
    METRICS_PUBLISHER = "3913510d-42f4-4e42-8a64-420c390055eb"
    ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
    LOG_READER = "73c42c96-874c-492b-b04d-ab87d138a893"


def grant(
    name: str,
    role: Role,
    *,
    scope: pulumi.Input[str],
    principal_id: pulumi.Input[str],
    subscription_id: str,
    parent: pulumi.Resource,
) -> authorization.RoleAssignment:
    """One role assignment for an identity at one scope.

    Its name follows from what it says. Azure takes one assignment of a role to a principal at a scope: under a random
    name, one that was made just before `pulumi up` was killed would stand in the way of every `up` after it.
    """
    definitions = f"/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
    return authorization.RoleAssignment(
        name,
        role_assignment_name=pulumi.Output.all(scope, principal_id).apply(
            lambda at: assignment_name(at[0], at[1], role)
        ),
        principal_id=principal_id,
        principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
        role_definition_id=f"{definitions}/{role.value}",
        scope=scope,
        opts=pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
    )


def assignment_name(scope: str, principal_id: str, role: Role) -> str:
    """The UUID that names the assignment of a role to a principal at a scope; always the same one."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope.lower()}|{principal_id.lower()}|{role.value}"))
