"""Refuses changes that another site's page asks a visitor's browser for.

The shop keeps no session, so there is no token to compare: the browser's own word decides
(https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site). A request without either header
comes from a program, not from a page.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_from_elsewhere(request: Request) -> bool:
    """Whether a page of another origin sent this request and it could change something."""
    if request.method in SAFE_METHODS:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
