"""The triggered jobs as a Swagger 2.0 document (Kudu.Services/Jobs/SwaggerApiDef.cs)."""

from collections.abc import Iterable
from typing import Any


def document(names: Iterable[str]) -> dict[str, Any]:
    """One POST a job, with its arguments in the query; the host is Kudu's own placeholder."""
    return {
        "swagger": "2.0",
        "info": {"version": "v1", "title": "WebJobs"},
        "host": "placeHolder",
        "schemes": ["https"],
        "paths": {f"/api/triggeredjobs/{name}/run": {"post": _operation(name)} for name in names},
    }


def _operation(name: str) -> dict[str, Any]:
    return {
        "deprecated": False,
        "operationId": name,
        "consumes": [],
        "produces": [],
        "responses": {"200": {"description": "Success"}, "default": {"description": "Success"}},
        "parameters": [
            {
                "name": "arguments",
                "in": "query",
                "description": "Web Job Arguments",
                "required": False,
                "type": "string",
            }
        ],
    }
