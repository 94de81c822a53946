"""Role assignments: named by what they say."""

import uuid

import pulumi

from components.access import Role, assignment_name, grant

TOKEN = "azure-native:authorization:RoleAssignment"


def test_an_assignment_lost_by_a_killed_up_is_made_under_the_same_name_again(declared):
    engine = declared(
        lambda: (
            grant(
                "shop-queue",
                Role.QUEUE_SENDER,
                scope="/queues/a",
                principal_id="p1",
                subscription_id="sub",
                parent=pulumi.ComponentResource("test:index:Parent", "parent"),
            ).id
        )
    )

    name = engine.of_type(TOKEN)["shop-queue"]["roleAssignmentName"]
    assert name == assignment_name("/queues/a", "p1", Role.QUEUE_SENDER)
    assert str(uuid.UUID(name)) == name


def test_every_scope_principal_and_role_has_a_name_of_its_own():
    names = {
        assignment_name(scope, principal, role)
        for scope in ("/queues/a", "/queues/b")
        for principal in ("p1", "p2")
        for role in (Role.QUEUE_SENDER, Role.QUEUE_READER)
    }

    assert len(names) == 8
    assert assignment_name("/Queues/A", "P1", Role.QUEUE_SENDER) in names
