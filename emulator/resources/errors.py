"""Errors as the Azure Resource Manager words them."""

from __future__ import annotations


class AzureError(Exception):
    """Raised when Azure would refuse a request; its text is azure-native's: status, code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keeps the HTTP status, Azure's error code and its message."""
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.status = status
        self.code = code
        self.message = message


class AlreadyExistsError(Exception):
    """Raised when a resource is to be created under an id that another resource holds."""

    def __init__(self, id: str) -> None:
        """Words it as azure-native does."""
        super().__init__(
            f"cannot create already existing resource '{id}'; import it with `pulumi import`, or choose another name"
        )


class UnknownTypeError(Exception):
    """Raised for a resource type or function the emulator does not know; the text lists those it does."""


def bad_request(message: str, code: str = "BadRequest") -> AzureError:
    """Returns ARM's answer to a request whose values are wrong."""
    return AzureError(400, code, message)


def conflict(message: str, code: str = "Conflict") -> AzureError:
    """Returns ARM's answer to a request that the present state forbids."""
    return AzureError(409, code, message)


def not_found(message: str, code: str = "ResourceNotFound") -> AzureError:
    """Returns ARM's answer when something that is needed does not exist."""
    return AzureError(404, code, message)
