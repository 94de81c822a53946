"""Requests passed through to a continuous job that listens on WEBJOBS_PORT (ContinuousJobsManager.cs)."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from multidict import CIMultiDict
from yarl import URL

from emulator.constants import LOOPBACK

VERBS = ("GET", "PUT", "POST", "DELETE", "PATCH")
"""GET stands for HEAD too."""
CHUNK_BYTES = 1 << 16
LIMIT_SECONDS = 230.0
"""What App Service's front ends give a request."""

_BEFORE = re.compile(r"/(?:api/)?(?:jobs/continuous|continuous(?:web)?jobs)/[^/]+/passthrough", re.IGNORECASE)

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "te"})

PortOf = Callable[[web.Request], int | None]


@dataclass(frozen=True)
class Forwarded:
    """The request as the job gets it."""

    method: str
    url: str
    headers: "CIMultiDict[str]"
    has_body: bool


def forwarded(method: str, path: str, query: str, headers: Mapping[str, str], port: int) -> Forwarded:
    """The request to send: the same verb and headers but Host, and the body unless it is a GET."""
    kept = CIMultiDict((name, value) for name, value in headers.items() if name.lower() != "host")
    url = f"http://{LOOPBACK}:{port}/{path}" + (f"?{query}" if query else "")
    return Forwarded(method, url, kept, has_body=method not in {"GET", "HEAD"})


def path_of(raw_path: str) -> str:
    """What follows the word `passthrough`, which may be part of the job's name and of the job's own paths too."""
    found = _BEFORE.match(raw_path)
    return raw_path[found.end() :].removeprefix("/") if found else ""


async def pass_through(request: web.Request, port: int | None) -> web.StreamResponse:
    """The job's own answer; 404 on any failure, as in Kudu."""
    if port is None:
        return web.Response(status=404)
    path = path_of(request.rel_url.raw_path)
    wanted = forwarded(request.method, path, request.rel_url.raw_query_string, request.headers, port)
    wanted.headers.popall("Authorization", None)  # the token is for this server, no job needs to see it
    try:
        has_body = wanted.has_body and request.can_read_body
        async with (
            ClientSession(timeout=ClientTimeout(total=LIMIT_SECONDS), auto_decompress=False) as session,
            session.request(
                wanted.method,
                URL(wanted.url, encoded=True),
                headers=_framed(wanted.headers, has_body=has_body),
                data=_body(request) if has_body else None,
                allow_redirects=False,
            ) as answer,
        ):
            return await _relay(request, answer)
    except (ClientError, OSError, TimeoutError):
        return web.Response(status=404)


async def _relay(request: web.Request, answer: Any) -> web.StreamResponse:
    kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP]
    encoding = answer.headers.get("Content-Encoding")
    headers = CIMultiDict([*kept, *([("Content-Encoding", encoding)] if encoding else [])])
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
            await response.write(chunk)
        await response.write_eof()
    except (ClientError, OSError, TimeoutError):
        if request.transport is not None:
            request.transport.close()  # the client has the beginning: a closed connection says that the rest is missing
    return response


def _framed(headers: "CIMultiDict[str]", *, has_body: bool) -> "CIMultiDict[str]":
    """The headers, with the body's length as it was told: small servers in jobs know no other way to its end.

    A body that came compressed is sent as it was unpacked here.
    """
    dropped = {"transfer-encoding", "expect"}
    if not has_body or "Content-Encoding" in headers:
        dropped |= {"content-length", "content-encoding"}
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in dropped)


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        yield chunk
