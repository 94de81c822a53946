"""The ARM server: authorization, API versions, and which part answers what."""

import logging
import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import web

from emulator.appservice import UnknownSiteError
from emulator.arm import account_operations, metadata, site_operations
from emulator.arm.access import require_access
from emulator.arm.errors import ArmError, method_not_allowed, subscription_not_found
from emulator.arm.operations import Call, Reply
from emulator.arm.path import ArmPath, parse
from emulator.arm.reads import SITE, Reader, subscription, tenant
from emulator.arm.sites import Sites
from emulator.arm.webjobs import WebJobs, is_webjobs
from emulator.constants import SUBSCRIPTION_ID
from emulator.errors import EmulatorError
from emulator.http import Handler, bearer, error, host_check, own_port, parse_json, same_secret, unauthorized
from emulator.identity import MANAGEMENT, Claims, IdentityService
from emulator.resources import Azure, AzureError
from emulator.resources.azure import Storage
from emulator.resources.handler import Scope
from emulator.storage import SasError
from emulator.store import Store

METADATA_PATH = "/metadata/endpoints"
BODY_BYTES = 4 * 1024**2
"""ARM's own limit for a request."""
OPERATIONS = (site_operations.OPERATIONS, account_operations.OPERATIONS)
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(-[a-z]+)?")
_CLAIMS = web.RequestKey("claims", Claims)

log = logging.getLogger(__name__)


def app(store: Store, sites: Sites, identity: IdentityService, storage: Storage, *, token: str) -> web.Application:
    """The application, to be served over HTTPS.

    Args:
        token: the administrator's token; beside it, tokens for the management API are good.
    """
    arm = _Arm(store, sites, identity, storage, token)

    @web.middleware
    async def authorize(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await arm.authorize(request, handler)

    application = web.Application(middlewares=[host_check, _errors, authorize], client_max_size=BODY_BYTES)
    application.on_response_prepare.append(_number)
    for path in (METADATA_PATH, f"/{METADATA_PATH}"):  # of an address with a slash at its end
        application.router.add_get(path, arm.metadata)
    application.router.add_route("*", "/{path:.*}", arm.answer)
    return application


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals become ARM's error answers."""
    try:
        return await handler(request)
    except ArmError as refused:
        log.debug("%s %s: %d %s", request.method, request.path, refused.status, refused.code)
        return error(refused.status, refused.code, str(refused))


async def _number(request: web.Request, response: web.StreamResponse) -> None:
    """Every answer has a number of its own, and the caller's beside it."""
    response.headers.setdefault("x-ms-request-id", str(uuid.uuid4()))
    if given := request.headers.get("x-ms-client-request-id"):
        response.headers.setdefault("x-ms-client-request-id", given)


class _Arm:
    def __init__(self, store: Store, sites: Sites, identity: IdentityService, storage: Storage, token: str) -> None:
        self._store, self._sites, self._identity, self._token = store, sites, identity, token
        self._scope = Scope(store, Azure(storage, sites, identity), Path())
        self._reader = Reader(store, sites)

    async def metadata(self, request: web.Request) -> web.Response:
        """This cloud's addresses; open, since a client asks before it has a token."""
        url = f"https://127.0.0.1:{own_port(request)}"
        version = request.query.get("api-version", "")
        return web.json_response(metadata.endpoints(url, self._identity.tenant_id, version))

    async def answer(self, request: web.Request) -> web.Response:
        """Everything else."""
        path = parse(request.rel_url.raw_path)
        if path is None:
            raise ArmError(404, "NotFound", f"{request.path}: not a path of the management API, or not here")
        _require_version(request)
        changes = request.method not in {"GET", "HEAD"}
        require_access(self._store, request.get(_CLAIMS), path.text, changes=changes)
        if path.subscription and path.subscription.lower() != SUBSCRIPTION_ID:
            raise subscription_not_found(path.subscription)
        if path.type.startswith(f"{SITE}/slots") and len(path.segments) > 3:
            self._reader.resource(path.up_to(f"{SITE}/slots"))
        if is_webjobs(path):
            return await self._webjobs(request, path)
        operated = await self._operate(request, path)
        if operated is not None:
            return operated
        if changes:
            raise method_not_allowed(request.method, request.path)
        return self._read(request, path)

    def _read(self, request: web.Request, path: ArmPath) -> web.Response:
        if not path.subscription:
            one = tenant() if path.section == "tenants" else subscription()
            return web.json_response({"value": [one], "count": {"type": "Total", "value": 1}})
        found = self._reader.read(path, request.query.get("$filter", ""))
        return web.Response(status=204) if request.method == "HEAD" else web.json_response(found)

    async def _operate(self, request: web.Request, path: ArmPath) -> web.Response | None:
        """The answer of an operation on one resource, or None where the path names none."""
        for operations in OPERATIONS:
            found = operations.find(request.method, path)
            if found is not None:
                record = self._reader.resource(path.up_to(operations.type))
                rest, operation = found
                call = Call(record, rest, self._sites, self._scope, await _body(request))
                try:
                    return _answer(await operation(call))
                except AzureError as refused:
                    raise ArmError(refused.status, refused.code, refused.message) from refused
                except SasError as refused:
                    raise ArmError(400, "InvalidValuesForRequestParameters", str(refused)) from refused
                except UnknownSiteError as refused:
                    raise ArmError(409, "Conflict", f"{refused}; it exists, but does not run here") from refused
        return None

    async def authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Lets a request through that carries the administrator's token or one for the management API."""
        if request.path.lstrip("/") == METADATA_PATH.lstrip("/"):
            return await handler(request)
        given = bearer(request)
        if given is None:
            return unauthorized("Authentication failed. The 'Authorization' header is missing.")
        if not same_secret(given, self._token):
            claims = self._identity.verify(given, MANAGEMENT)
            if claims is None:
                return unauthorized(
                    "Authentication failed. The token is not one of this machine's for "
                    f"'{MANAGEMENT}', or it has expired; ask {self._identity.operator().endpoint} for one."
                )
            request[_CLAIMS] = claims
        return await handler(request)

    async def _webjobs(self, request: web.Request, path: ArmPath) -> web.Response:
        answer = await self._jobs_of(path).answer(
            request.method, path, request.query.get("arguments", ""), request.headers.get("User-Agent", "")
        )
        headers = {"Location": answer.location} if answer.location else {}
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers)
        return web.json_response(answer.body, status=answer.status, headers=headers)

    def _jobs_of(self, path: ArmPath) -> WebJobs:
        """The jobs of the path's site, which must exist in the path's group."""
        site = self._reader.resource(path.up_to(SITE))
        try:
            return WebJobs(site, self._sites.engine(path.names[0]))
        except EmulatorError as stopped:
            raise ArmError(409, "Conflict", f"{stopped}; the site exists, but does not run here") from stopped


def _require_version(request: web.Request) -> None:
    version = request.query.get("api-version", "")
    if not version:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise ArmError(400, "MissingApiVersionParameter", message)
    if not _is_version(version):
        message = f"The api-version '{version}' is invalid. The format is YYYY-MM-DD or YYYY-MM-DD-preview."
        raise ArmError(400, "InvalidApiVersionParameter", message)


def _is_version(text: str) -> bool:
    """Whether the text is a date, perhaps with a suffix: every real one is taken, for it changes nothing here."""
    found = _VERSION.fullmatch(text)
    try:
        return found is not None and bool(date.fromisoformat(found[1]))
    except ValueError:
        return False


async def _body(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; an empty one where there is no body.

    Raises:
        ArmError: it is something else.
    """
    try:
        content = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        message = f"The request content size exceeds the maximum size of {BODY_BYTES} bytes."
        raise ArmError(413, "RequestContentTooLarge", message) from error
    if not content.strip():
        return {}
    try:
        found = parse_json(content)
    except ValueError as error:
        raise ArmError(400, "InvalidRequestContent", f"The request content was invalid: {error}.") from error
    if not isinstance(found, dict):
        raise ArmError(400, "InvalidRequestContent", "The request content was invalid: expected a JSON object.")
    return found


def _answer(answered: Reply | dict[str, Any]) -> web.Response:
    reply = answered if isinstance(answered, Reply) else Reply(body=answered)
    if reply.text is not None:
        return web.Response(status=reply.status, text=reply.text, content_type=reply.content_type)
    if reply.body is None:
        return web.Response(status=reply.status)
    return web.json_response(reply.body, status=reply.status)
