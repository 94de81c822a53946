"""Turns a refusal by ARM, Kudu or a storage service into one message."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from oneplan.errors import OperateError
from oneplan.operate.http import Response

_MEANING = {
    401: "not signed in; run `az login`, or `oneplan local start` for this machine",
    403: "not allowed; the signed-in user lacks a role on this resource",
    429: "too many requests; try again in a minute",
}


def error_from(response: Response, what: str) -> OperateError:
    """The error for an answer that is not the one asked for; `what` names the thing: `job stock-sync`."""
    said = _said(response)
    meaning = _MEANING.get(response.status)
    if meaning and said:
        return OperateError(f"{what}: {said} ({meaning})")
    host = urlsplit(response.url).netloc
    return OperateError(f"{what}: {said or meaning or f'{host} answered {response.status}'}")


def _said(response: Response) -> str:
    """The server's own words: ARM's `error.message`, Web API's `Message`, or plain text."""
    text = response.text.strip()
    if not text or text.startswith("<"):
        return ""
    try:
        body = json.loads(text)
    except ValueError:
        return text.splitlines()[0][:300]
    if isinstance(body, dict):
        inner = body.get("error")
        if isinstance(inner, dict) and inner.get("message"):
            return str(inner["message"])
        return str(body.get("ExceptionMessage") or body.get("Message") or body.get("message") or "")
    return body if isinstance(body, str) else ""
