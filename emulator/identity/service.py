"""Who may have which token: sites by the header they were given, the operator by the admin token."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.constants import TENANT_ID
from emulator.http import same_secret
from emulator.identity.resources import STORAGE, Resources
from emulator.identity.tokens import TokenSigner
from emulator.identity.values import Claims, Identity, IdentityGrant, TokenRefused

LIFETIME = timedelta(hours=24)
OPERATOR = Identity("/oneplan/operator", "00000000-0000-4000-8000-000000000003", "00000000-0000-4000-8000-000000000004")
"""The person at this machine, as the CLI and the emulator itself appear to the services."""


@dataclass(frozen=True)
class _Holder:
    """One party that may ask for tokens, and as whom."""

    header: str
    identities: tuple[Identity, ...]
    system: Identity | None


@dataclass(frozen=True)
class Token:
    """A token and what the endpoint says about it."""

    text: str
    identity: Identity
    resource: str
    issued: datetime
    expires: datetime


class IdentityService:
    """Assigns identities to sites and mints their tokens."""

    def __init__(
        self,
        endpoint: str,
        *,
        admin_token: str,
        management: Iterable[str] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tenant_id: str = TENANT_ID,
    ) -> None:
        """
        Args:
            endpoint: address of the token endpoint, as sites see it.
            admin_token: the header by which the operator asks.
            management: addresses of the local ARM server; good names for the management resource.
        """
        self._endpoint, self._tenant_id, self._now = endpoint, tenant_id, now
        self._signer = TokenSigner()
        self._resources = Resources(management)
        self._operator = _Holder(admin_token, (), OPERATOR)
        self._sites: dict[str, _Holder] = {}

    @property
    def public_key(self) -> str:
        """The key that checks this service's tokens, PEM."""
        return self._signer.public_key

    @property
    def tenant_id(self) -> str:
        """The tenant that issues the tokens."""
        return self._tenant_id

    def assign(self, site_id: str, identities: Sequence[Identity], system: Identity | None = None) -> IdentityGrant:
        """Lets the site ask for tokens of these identities and of no others; it keeps its header."""
        known = self._sites.get(site_id.lower())
        header = known.header if known else secrets.token_hex(32)
        self._sites[site_id.lower()] = _Holder(header, tuple(identities), system)
        return IdentityGrant(self._endpoint, header)

    def revoke(self, site_id: str) -> None:
        """The site's header is worth nothing from now on. Unknown sites are fine."""
        self._sites.pop(site_id.lower(), None)

    def operator(self) -> IdentityGrant:
        """How the command line asks: as the operator, with the administrator's token for header."""
        return IdentityGrant(self._endpoint, self._operator.header)

    def is_known(self, header: str | None) -> bool:
        """Whether somebody was given this header."""
        return self._holder(header) is not None

    def grant(self, header: str | None, resource: str, selectors: Sequence[tuple[str, str]]) -> Token:
        """The token the bearer of `header` asks for.

        Args:
            selectors: the identity parameters of the request, as (name, value): `client_id`,
                `principal_id`, `object_id` or `mi_res_id`. None of them means the system-assigned identity.

        Raises:
            TokenRefused: 401 unknown header, 400 anything else that is wrong.
        """
        holder = self._holder(header)
        if holder is None:
            raise TokenRefused(401, "X-IDENTITY-HEADER: missing or unknown; send the text of IDENTITY_HEADER")
        return self._mint(resource, _select(holder, selectors))

    def token(self, resource: str, client_id: str, principal_id: str, resource_id: str = "") -> str:
        """A token for `resource` in the name of the given identity.

        Raises:
            TokenRefused: there is no such resource here.
        """
        return self._mint(resource, Identity(resource_id, client_id, principal_id)).text

    def storage_token(self) -> str:
        """A token for the emulator's own calls to the storage services."""
        return self._mint(STORAGE, OPERATOR).text

    def verify(self, token: str, audience: str) -> Claims | None:
        """What the token says, or None unless it is one of ours, for `audience`, and in its time."""
        claims = self._signer.claims(token)
        if claims is None or not self._is_for(claims, audience):
            return None
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        if not claims["nbf"] <= self._now().timestamp() < claims["exp"]:
            return None
        return Claims(claims["aud"], claims["appid"], claims["oid"], claims["tid"], claims["xms_mirid"], expires)

    def _is_for(self, claims: dict[str, Any], audience: str) -> bool:
        wanted = self._resources.canonical(audience)
        return wanted is not None and self._resources.canonical(claims["aud"]) == wanted

    def _holder(self, header: str | None) -> _Holder | None:
        holders = (self._operator, *self._sites.values())
        return next((holder for holder in holders if same_secret(header, holder.header)), None)

    def _mint(self, resource: str, identity: Identity) -> Token:
        if self._resources.canonical(resource) is None:
            raise TokenRefused(
                400,
                f"resource: '{resource}' is not offered by this machine's Azure; "
                f"one of {', '.join(self._resources.names())}, "
                "or a storage account's https://<account>.<service>.core.windows.net",
            )
        issued = self._now().replace(microsecond=0)
        token = Token("", identity, resource, issued, issued + LIFETIME)
        return Token(self._signer.sign(self._claims(token)), identity, resource, issued, token.expires)

    def _claims(self, token: Token) -> dict[str, Any]:
        """https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference, version 1.0."""
        issued, issuer = int(token.issued.timestamp()), f"https://sts.windows.net/{self._tenant_id}/"
        return {
            "aud": token.resource,
            "iss": issuer,
            "iat": issued,
            "nbf": issued,
            "exp": int(token.expires.timestamp()),
            "appid": token.identity.client_id,
            "appidacr": "2",
            "idp": issuer,
            "idtyp": "app",
            "oid": token.identity.principal_id,
            "sub": token.identity.principal_id,
            "tid": self._tenant_id,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
            "xms_mirid": token.identity.resource_id,
        }


def _select(holder: _Holder, selectors: Sequence[tuple[str, str]]) -> Identity:
    if len(selectors) > 1:
        names = ", ".join(name for name, _ in selectors)
        raise TokenRefused(400, f"{names}: more than one names an identity; send at most one of them")
    if not selectors:
        if holder.system is None:
            raise TokenRefused(
                400,
                "client_id: no id was sent and there is no system-assigned identity; "
                "send the user-assigned identity's client_id (AZURE_CLIENT_ID)",
            )
        return holder.system
    name, value = selectors[0]
    candidates = [*holder.identities, holder.system] if holder.system else list(holder.identities)
    for identity in candidates:
        if value.lower() == _key(identity, name).lower():
            return identity
    known = ", ".join(_key(identity, name) for identity in holder.identities) or "none"
    raise TokenRefused(400, f"{name}: no identity '{value}' is assigned to this site; assigned: {known}")


def _key(identity: Identity, name: str) -> str:
    match name:
        case "client_id":
            return identity.client_id
        case "mi_res_id":
            return identity.resource_id
        case _:
            return identity.principal_id
