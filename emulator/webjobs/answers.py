"""How Kudu's HTTP answers look: entity tags, and the bodies of refusals."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from emulator.http import target
from emulator.webjobs.errors import JobConflict, JobNotFound, UploadRefused

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answering(handler: Handler) -> Handler:
    """The handler, with the engine's refusals turned into Kudu's answers."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except JobNotFound:
            return web.Response(status=404)
        except JobConflict as error:
            return web.Response(status=409, text=str(error))
        except UploadRefused as error:
            return web.Response(status=400, text=str(error))
        except OSError as error:
            return web.json_response(_web_api_error(error), status=409)

    return answer


def tagged(request: web.Request, body: Any, essence: Any) -> web.Response:
    """A JSON answer with an ETag over its essence, or 304 when the client has it already."""
    tag = hashlib.sha256(repr(essence).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    known = request.if_none_match or ()
    if any(candidate.value in {tag, "*"} for candidate in known):
        return web.Response(status=304, headers={"ETag": f'"{tag}"'})
    return web.json_response(body, headers={"ETag": f'"{tag}"'})


def no_route(request: web.Request) -> web.Response:
    """Kudu's answer to a path or verb it does not know."""
    return web.json_response(f"No route registered for '{target(request)}'", status=404)


def base_url(request: web.Request) -> str:
    """Scheme and host under which the client reached the server."""
    return f"{request.scheme}://{request.host}"


def _web_api_error(error: OSError) -> dict[str, str]:
    return {
        "Message": "An error has occurred.",
        "ExceptionMessage": str(error),
        "ExceptionType": "System.IO.IOException",
        "StackTrace": "",
    }
