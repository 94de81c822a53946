"""Who may use the dashboard: the person who was shown its address, from a page of its own, and nobody else.

The address carries a token that is exchanged for a cookie at once. Every request is checked for the Host it was
sent to, so that no name from outside can be pointed here, and every change for the page it came from.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

FORM_FIELD = "proof"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: with it a browser sends a form with `Origin: null`, like a page from elsewhere.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Access:
    """The token of one run of the dashboard, and the checks that go with it."""

    def __init__(self, hosts: frozenset[str], token: str | None = None) -> None:
        """`hosts` are the values of the Host header it answers to, such as `127.0.0.1:4711`."""
        self.token = token or secrets.token_urlsafe(32)
        self._session = hashlib.sha256(f"session {self.token}".encode()).hexdigest()
        # Browsers do not keep cookies apart by port: two dashboards must not take each other's away.
        self._cookie = f"oneplan_{self._session[:12]}"
        self._hosts = hosts

    def answer_to(self, hosts: frozenset[str]) -> None:
        """Sets the values of the Host header it answers to, for a port that was not known before."""
        self._hosts = hosts

    @property
    def proof(self) -> str:
        """What every form of ours carries, and no other page can know."""
        return hashlib.sha256(f"form {self.token}".encode()).hexdigest()

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Lets a request through, or refuses it; every answer has the headers that keep a browser from harm."""
        try:
            response = await self._checked(request, handler)
        except web.HTTPException as ending:
            ending.headers.update(HEADERS)
            raise
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host not in self._hosts:
            raise web.HTTPMisdirectedRequest(text="this address is not the dashboard's")
        if given := request.query.get("token"):
            return self._welcome(request, given)
        if not hmac.compare_digest(request.cookies.get(self._cookie, ""), self._session):
            raise web.HTTPUnauthorized(text="open the address that `oneplan dashboard` printed; it carries a token")
        if request.method not in ("GET", "HEAD"):
            await self._check_change(request)
        return await handler(request)

    def _welcome(self, request: web.Request, given: str) -> web.StreamResponse:
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise web.HTTPUnauthorized(text="this token is not today's; `oneplan dashboard` printed a new address")
        answer = web.HTTPSeeOther(request.path)
        answer.set_cookie(self._cookie, self._session, httponly=True, samesite="Strict", path="/")
        raise answer

    async def _check_change(self, request: web.Request) -> None:
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in self._hosts:
            raise web.HTTPForbidden(text="a change must come from the dashboard's own page")
        form = await request.post()
        given = form.get(FORM_FIELD)
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), self.proof.encode()):
            raise web.HTTPForbidden(text="a change must come from the dashboard's own page; load it again")
