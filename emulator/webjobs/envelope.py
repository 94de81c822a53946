"""Answers to requests that came through Azure Resource Manager, in its envelopes (Kudu.Services/Arm/ArmUtils.cs)."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from yarl import URL

GEO_LOCATION = "x-ms-geo-location"
"""By this header Kudu recognises such a request; it holds the site's location."""


def is_arm(request: web.Request) -> bool:
    """Whether the request came through Azure Resource Manager."""
    return GEO_LOCATION in request.headers


def single(request: web.Request, body: Mapping[str, Any]) -> dict[str, Any]:
    """One object as the caller is to get it: its own fields, or wrapped."""
    return _wrapped(request, body, _address(request)) if is_arm(request) else dict(body)


def many(request: web.Request, bodies: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A list for Azure Resource Manager: `value`, each object wrapped."""
    address = _address(request)
    return {"value": [_wrapped(request, body, f"{address}/{_named(body)}") for body in bodies]}


def _address(request: web.Request) -> str:
    """The resource asked for: the path of the management address, which ARM names as the referrer."""
    referrer = request.headers.get("Referer")
    path = URL(referrer, encoded=True).path if referrer else request.path
    return unquote(path).rstrip("/")


def _wrapped(request: web.Request, body: Mapping[str, Any], id: str) -> dict[str, Any]:
    name, kind = _name_and_type(id, _named(body))
    location = request.headers[GEO_LOCATION]
    return {"id": id, "name": name, "type": kind, "location": location, "properties": dict(body)}


def _named(body: Mapping[str, Any]) -> str:
    """What the object is called; a deployment's name is its id."""
    return str(body["name"] if "name" in body else body["id"])


def _name_and_type(id: str, own_name: str) -> tuple[str, str]:
    """What an ARM id says: the names of the resource and its parents, and their types."""
    _, found, tail = id.partition("/providers/")
    provider, *rest = tail.split("/")
    if not found or not rest:
        return own_name, ""
    return "/".join(rest[1::2]), "/".join((provider, *rest[0::2]))
