"""App Service's token endpoint over HTTP: version 2019-08-01, and 2017-09-01 for old clients.

https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
"""

import uuid
from dataclasses import dataclass

from aiohttp import web

from emulator.identity.service import IdentityService, Token
from emulator.identity.values import TokenRefused

PATH = "/msi/token"


@dataclass(frozen=True)
class _Version:
    """How one version of the endpoint spells things."""

    header: str
    selectors: dict[str, str]
    """Query parameter to the selector it means."""
    expiry_as_text: bool


VERSIONS = {
    "2019-08-01": _Version(
        "X-IDENTITY-HEADER",
        {name: name for name in ("client_id", "principal_id", "object_id", "mi_res_id")},
        expiry_as_text=False,
    ),
    "2017-09-01": _Version("secret", {"clientid": "client_id"}, expiry_as_text=True),
}


def routes(service: IdentityService) -> list[web.RouteDef]:
    """The endpoint's route, for the control server."""

    async def token(request: web.Request) -> web.Response:
        try:
            return web.json_response(_answer(service, request))
        except TokenRefused as refused:
            return _refusal(refused)

    return [web.get(PATH, token)]


def _answer(service: IdentityService, request: web.Request) -> dict[str, str]:
    name = request.query.get("api-version", "")
    version = VERSIONS.get(name)
    header = request.headers.get(version.header if version else "X-IDENTITY-HEADER")
    if not service.is_known(header):
        raise TokenRefused(401, "X-IDENTITY-HEADER: missing or unknown; send the text of IDENTITY_HEADER")
    if version is None:
        raise TokenRefused(400, f"api-version: '{name}' is not supported; use {' or '.join(VERSIONS)}")
    resource = request.query.get("resource", "")
    if not resource:
        raise TokenRefused(400, "resource: missing; name what the token is for, e.g. https://storage.azure.com")
    selectors = [
        (meaning, value)
        for parameter, meaning in version.selectors.items()
        for value in request.query.getall(parameter, [])
        if value
    ]
    return _body(service.grant(header, resource, selectors), version)


def _body(token: Token, version: _Version) -> dict[str, str]:
    common = {"access_token": token.text, "resource": token.resource, "token_type": "Bearer"}
    if version.expiry_as_text:  # as .NET writes a DateTimeOffset in the invariant culture
        return common | {"expires_on": token.expires.strftime("%m/%d/%Y %H:%M:%S +00:00")}
    return common | {
        "client_id": token.identity.client_id,
        "expires_on": str(int(token.expires.timestamp())),
        "not_before": str(int(token.issued.timestamp())),
    }


def _refusal(refused: TokenRefused) -> web.Response:
    """The form App Service's endpoint and its client libraries agree on: `statusCode` and `message`."""
    body = {"statusCode": refused.status, "message": str(refused), "correlationId": str(uuid.uuid4())}
    return web.json_response(body, status=refused.status)
