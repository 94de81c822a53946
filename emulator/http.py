"""What every HTTP server of the emulator has in common: loopback only, Host checked, changes need a token.

The Host check stops a web page on another origin from reaching these servers through a name it controls
(DNS rebinding); the token stops it from changing anything with a plain form post.
"""

import hmac
import json
import ssl
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from emulator.constants import LOOPBACK
from emulator.either import EitherSite
from emulator.errors import EmulatorError

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
READS = frozenset({"GET", "HEAD"})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    """An error answer in the form all Azure management APIs use: `{"error": {"code", "message"}}`."""
    return web.json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


def unauthorized(message: str) -> web.Response:
    """401, with the challenge that tells a client which kind of authorization is asked for."""
    return error(401, "AuthenticationFailed", message, {"WWW-Authenticate": "Bearer"})


def parse_json(content: bytes | str) -> Any:
    """What JSON says; `Any`: a wire value.

    Raises:
        ValueError: it is none, or nested more deeply than anything that is meant.
    """
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def bearer(request: web.Request) -> str | None:
    """The token of the request's `Authorization: Bearer …` header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def same_secret(given: str | None, expected: str) -> bool:
    """Whether `given` is the expected secret, in a time that does not tell how much of it was right."""
    return given is not None and hmac.compare_digest(given.encode(errors="surrogateescape"), expected.encode())


@web.middleware
async def host_check(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets a request through whose Host is this very server: a loopback name and the port it came in by.

    A whole address in the request line counts as much as the header (RFC 9112, 3.2.2).
    """
    port = own_port(request)
    names = [request.headers.get("Host", "")]
    if not request.raw_path.startswith(("/", "*")):
        names.append(urlsplit(request.raw_path).netloc)
    strange = [name for name in names if not _is_local(name, port)]
    if not strange:
        return await handler(request)
    return error(421, "MisdirectedRequest", f"Host: '{strange[0]}' is not this server; use http(s)://{LOOPBACK}:{port}")


def target(request: web.Request) -> str:
    """Path and query as they came, also where the request line held a whole address."""
    return request.raw_path if request.raw_path.startswith("/") else request.rel_url.raw_path_qs


def own_port(request: web.Request) -> int:
    """The port by which the request came in."""
    address = request.transport.get_extra_info("sockname") if request.transport else None
    return int(address[1]) if address else 0


def _is_local(host: str, port: int) -> bool:
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname in LOCAL_NAMES and parts.port == port and parts.username is None
    except ValueError:
        return False


def token_check(
    token: str,
    *,
    accepts: Callable[[str], bool] | None = None,
    reads_open: bool = True,
    private: Callable[[str], bool] = lambda _path: False,
    source: str = "the text of .oneplan/token",
) -> Middleware:
    """Middleware that asks a bearer token for every change, and for reads too unless `reads_open`.

    Args:
        token: the administrator's token, `.oneplan/token`.
        private: whether a path is for the bearer of a token only, reads included.
        accepts: further tokens that are good, for example those the identity service minted; raises EmulatorError,
            which is answered with 403, when the token is good but its bearer may not do this.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if reads_open and request.method in READS and not private(request.path):
            return await handler(request)
        given = bearer(request)
        if given is None:
            return unauthorized(
                f"{request.method} {request.path}: no bearer token; send 'Authorization: Bearer <token>' with {source}"
            )
        try:
            is_good = same_secret(given, token) or (accepts is not None and accepts(given))
        except EmulatorError as refused:
            return error(403, "AuthorizationFailed", str(refused))
        if is_good:
            return await handler(request)
        return unauthorized(
            f"{request.method} {request.path}: the bearer token is not one of this emulator's "
            f"or has expired; send {source}"
        )

    return check


async def listen(
    app: web.Application, port: int, *, tls: ssl.SSLContext | None = None, plain_too: bool = False
) -> web.AppRunner:
    """Serve `app` on the loopback interface; stop with `await runner.cleanup()`.

    Args:
        tls: to serve it over HTTPS.
        plain_too: over plain HTTP as well, on the same port.

    Raises:
        OSError: the port is in use.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    try:
        site: web.BaseSite = web.TCPSite(runner, LOOPBACK, port, ssl_context=tls)
        if tls is not None and plain_too:
            site = EitherSite(runner, port, tls)
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    return runner
