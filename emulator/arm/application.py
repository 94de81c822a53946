"""The ARM server: authorization, API versions, and which part answers what."""

import logging
import re

from aiohttp import web

from emulator.arm import metadata
from emulator.arm.access import require_access
from emulator.arm.errors import ArmError, method_not_allowed, subscription_not_found
from emulator.arm.path import ArmPath, parse
from emulator.arm.reads import SITE, Reader, subscription
from emulator.arm.sites import Sites
from emulator.arm.webjobs import WebJobs, is_webjobs
from emulator.constants import SUBSCRIPTION_ID
from emulator.errors import EmulatorError
from emulator.http import Handler, bearer, error, host_check, own_port, same_secret, unauthorized
from emulator.identity import MANAGEMENT, Claims, IdentityService
from emulator.store import Store

METADATA_PATH = "/metadata/endpoints"
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z]+)?")
_CLAIMS = web.RequestKey("claims", Claims)

log = logging.getLogger(__name__)


def app(store: Store, sites: Sites, identity: IdentityService, *, token: str) -> web.Application:
    """The application, to be served over HTTPS.

    Args:
        token: the administrator's token; beside it, tokens for the management API are good.
    """
    arm = _Arm(store, sites, identity, token)

    @web.middleware
    async def authorize(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await arm.authorize(request, handler)

    application = web.Application(middlewares=[host_check, _errors, authorize])
    application.router.add_get(METADATA_PATH, arm.metadata)
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


class _Arm:
    def __init__(self, store: Store, sites: Sites, identity: IdentityService, token: str) -> None:
        self._store, self._sites, self._identity, self._token = store, sites, identity, token
        self._reader = Reader(store, sites)

    async def metadata(self, request: web.Request) -> web.Response:
        """This cloud's addresses; open, since a client asks before it has a token."""
        url = f"https://127.0.0.1:{own_port(request)}"
        return web.json_response(metadata.endpoints(url, self._identity.tenant_id))

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
        if is_webjobs(path):
            return await self._webjobs(request, path)
        if changes:
            raise method_not_allowed(request.method, request.path)
        if not path.subscription:
            return web.json_response({"value": [subscription()], "count": {"type": "Total", "value": 1}})
        return web.json_response(self._reader.read(path, request.query.get("$filter", "")))

    async def authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Lets a request through that carries the administrator's token or one for the management API."""
        if request.path == METADATA_PATH:
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
    if not _VERSION.fullmatch(version):
        message = f"The api-version '{version}' is invalid. The format is YYYY-MM-DD or YYYY-MM-DD-preview."
        raise ArmError(400, "InvalidApiVersionParameter", message)
