"""The values of the identity service: who somebody is, how a site asks, what a token says."""

from dataclasses import dataclass
from datetime import datetime

from emulator.errors import EmulatorError


@dataclass(frozen=True)
class Identity:
    """A managed identity."""

    resource_id: str
    """ARM id of the user-assigned identity, or of the site for a system-assigned one."""
    client_id: str
    principal_id: str


@dataclass(frozen=True)
class IdentityGrant:
    """What a site needs in its environment to ask for tokens."""

    endpoint: str
    """`IDENTITY_ENDPOINT`"""
    header: str
    """`IDENTITY_HEADER`: a secret, new at every start of the emulator."""


@dataclass(frozen=True)
class Claims:
    """What a good token says about its bearer."""

    audience: str
    client_id: str
    principal_id: str
    tenant_id: str
    resource_id: str
    expires: datetime


class TokenRefused(EmulatorError):  # noqa: N818 - the domain's word
    """No token for this request; carries the HTTP status App Service answers with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
