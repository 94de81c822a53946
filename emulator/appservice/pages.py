"""The pages the platform itself answers with: nothing deployed yet, not started, does not start."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from aiohttp import web

from emulator.appservice.lifecycle import Condition, SiteState

_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color:#222}}
pre{{background:#f3f3f3;padding:1rem;overflow:auto;white-space:pre-wrap}}</style></head>
<body><h1>{title}</h1>{body}</body></html>
"""
_REASONS = {
    SiteState.STARTING: "The app is starting, or was just restarted after it failed.",
    SiteState.STOPPING: "The app is being stopped.",
    SiteState.STOPPED: "The site is stopped.",
    SiteState.BLOCKED: "The app failed to start several times in a row; the next try comes in a moment.",
}


def default_page(name: str) -> web.Response:
    """What a site without an app of its own answers, as `/opt/defaultsite` does in Azure."""
    body = (
        "<p>Your web app is running and waiting for your content.</p>"
        "<p>If it only carries jobs, this page is all it needs: it answers the platform's probe.</p>"
    )
    return _page(f"{name} is running", body, status=200)


def unavailable_page(name: str, condition: Condition, tail: Iterable[str]) -> web.Response:
    """503 with the reason and the newest lines of the app's output; 403 while the site is stopped, as in Azure."""
    reason = _REASONS.get(condition.state, "The app does not answer.")
    error = f"<p><strong>{escape(condition.last_error)}</strong></p>" if condition.last_error else ""
    output = escape("\n".join(tail)) or "(no output)"
    body = f"<p>{reason}</p>{error}<h2>Last output</h2><pre>{output}</pre>"
    status = 403 if condition.state is SiteState.STOPPED else 503
    return _page(f"{name}: application error", body, status=status)


def _page(title: str, body: str, *, status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "2"} if status == 503 else {})
    text = _FRAME.format(title=escape(title), body=body)
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)
