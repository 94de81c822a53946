"""Refusals in the words of Azure Resource Manager."""

from emulator.errors import EmulatorError

FIX = "For more details please go to https://aka.ms/ARMResourceNotFoundFix"


class ArmError(EmulatorError):
    """A request that is answered with an error: HTTP status, ARM's code, ARM's message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def group_not_found(group: str) -> ArmError:
    """There is no such resource group."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def subscription_not_found(subscription: str) -> ArmError:
    """This machine has one subscription, and that is another."""
    message = f"The subscription '{subscription}' could not be found."
    return ArmError(404, "SubscriptionNotFound", message)


def resource_not_found(type: str, name: str, group: str) -> ArmError:
    """There is no such resource."""
    message = f"The Resource '{type}/{name}' under resource group '{group}' was not found. {FIX}"
    return ArmError(404, "ResourceNotFound", message)


def type_not_found(type: str) -> ArmError:
    """There are no such resources here."""
    namespace, _, kind = type.partition("/")
    message = f"The resource type '{kind}' could not be found in the namespace '{namespace}'; it is not known here."
    return ArmError(404, "InvalidResourceType", message)


def job_not_found(type: str, name: str) -> ArmError:
    """The site has no such job, or the job no such run."""
    return ArmError(404, "NotFound", f"Cannot find {type} with name {name}.")


def method_not_allowed(method: str, path: str) -> ArmError:
    """The path is known, but not with this method."""
    message = f"The requested resource does not support http method '{method}': {path}"
    return ArmError(405, "MethodNotAllowed", message)
