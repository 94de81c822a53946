"""Managed identities: App Service's token endpoint and the service behind it."""

from emulator.identity.endpoint import routes
from emulator.identity.resources import MANAGEMENT, STORAGE, VAULT
from emulator.identity.service import OPERATOR, IdentityService, Token
from emulator.identity.values import Claims, Identity, IdentityGrant, TokenRefused

__all__ = [
    "MANAGEMENT",
    "OPERATOR",
    "STORAGE",
    "VAULT",
    "Claims",
    "Identity",
    "IdentityGrant",
    "IdentityService",
    "Token",
    "TokenRefused",
    "routes",
]
