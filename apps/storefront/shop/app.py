"""The Flask application: services, security headers, error pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shop.catalogue import Catalogue, Fetch
from shop.drawing import watch_drawing
from shop.gallery import Gallery
from shop.pages import Pages
from shop.photos import MAX_UPLOAD_BYTES, Announcer, Intake, PhotoStore, ThumbStore
from shop.same_origin import is_from_elsewhere

FORM_OVERHEAD_BYTES = 64 * 1024
"""What a browser's form wraps around the photo."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere; `blob:` is the preview of a chosen photo."""


def utc_now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """What the shop needs from outside."""

    fetch: Fetch
    photos: PhotoStore
    thumbs: ThumbStore
    announcer: Announcer
    complain: Callable[[str], None]
    now: Callable[[], datetime] = utc_now


def create_app(services: Services) -> Flask:
    """The shop over `services`."""
    app = Flask("shop")
    app.config["MAX_CONTENT_LENGTH"] = MAX_UPLOAD_BYTES + FORM_OVERHEAD_BYTES
    app.jinja_env.globals["watch_drawing"] = watch_drawing
    app.register_blueprint(
        Pages(
            Catalogue(services.fetch, services.complain),
            Gallery(services.thumbs, services.complain),
            Intake(services.photos, services.announcer, services.complain, services.now),
        ).routes()
    )
    app.before_request(_refuse_other_origins)
    app.after_request(_secure)
    app.register_error_handler(HTTPException, _error_page)
    return app


def _refuse_other_origins() -> tuple[str, int] | None:
    if is_from_elsewhere(request):
        return _page("Not from here", "This request came from another site's page, so nothing was changed.", 403)
    return None


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if not request.path.startswith(("/static/", "/thumbs/")):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _error_page(error: HTTPException) -> tuple[str, int]:
    if isinstance(error, RequestEntityTooLarge):
        from shop.photos import too_large

        return _page("Too large", too_large(), 413)
    if error.code == 404:
        return _page("Not found", "There is no such page. The watch may have been sold for good.", 404)
    return _page(error.name, error.description or "", error.code or 500)


def _page(title: str, text: str, status: int) -> tuple[str, int]:
    return render_template("message.html", title=title, text=text), status
