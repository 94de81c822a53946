"""The HTTP side: two resources, a health check, and errors as JSON."""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from products.catalogue import Catalogue, Table, TableUnavailableError

RETRY_AFTER_SECONDS = 5


def create_app(table: Table) -> Flask:
    """The API over `table`."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    catalogue = Catalogue(table)

    @app.get("/products")
    def products() -> Response:
        """Every watch on sale."""
        found = catalogue.on_sale()
        return jsonify(count=len(found), products=[asdict(product) for product in found])

    @app.get("/products/<sku>")
    def product(sku: str) -> Response | tuple[Response, int]:
        """One watch."""
        found = catalogue.find(sku)
        return jsonify(asdict(found)) if found else _error(404, "not_found", f"there is no product {sku!r}")

    @app.get("/healthz")
    def healthz() -> Response:
        """Alive. The table is not asked: a restart of this site would not mend it."""
        return jsonify(status="ok")

    @app.after_request
    def headers(response: Response) -> Response:
        """Stock changes by the minute and must not be kept by anybody."""
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    app.register_error_handler(TableUnavailableError, _unavailable)
    app.register_error_handler(HTTPException, _refused)
    return app


def _unavailable(error: TableUnavailableError) -> tuple[Response, int]:
    from flask import current_app

    current_app.logger.error("%s", error)
    response, status = _error(503, "unavailable", "the products cannot be read right now; try again shortly")
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response, status


def _refused(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    response, _ = _error(status, error.name.lower().replace(" ", "_"), error.description or error.name)
    if status == 405:
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response, status


def _error(status: int, code: str, message: str) -> tuple[Response, int]:
    response = jsonify(error={"code": code, "message": message})
    response.status_code = status
    return response, status
