"""A lock: Azure refuses to delete what is under it until it is taken away."""

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import authorization

NOTES = "Declared under `protect` in oneplan.yaml; take the word away and run `oneplan up` before you delete."


def lock(name: str, scope: pulumi.Input[str], inside: Sequence[pulumi.Resource]) -> authorization.ManagementLockByScope:
    """Declares the lock of one resource and everything in it.

    `inside` is the component of the resource and what else hangs on it, role assignments among it: when the lock is
    taken away together with some of that, it must go first, so it is made last. It is no child of the component,
    because it waits for all of its children.

    Source: learn.microsoft.com/azure/azure-resource-manager/management/lock-resources.
    """
    return authorization.ManagementLockByScope(
        f"{name}-lock",
        lock_name="oneplan",
        level=authorization.LockLevel.CAN_NOT_DELETE,
        notes=NOTES,
        scope=scope,
        opts=pulumi.ResourceOptions(depends_on=list(inside)),
    )
