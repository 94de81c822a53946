"""Service shared access signatures for blobs and containers, as `listServiceSas` mints them.

https://learn.microsoft.com/rest/api/storageservices/create-service-sas (string to sign, 2020-12-06 and later)
https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list-service-sas (parameters)
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from emulator.storage.errors import SasError

VERSION = "2021-12-02"
PERMISSIONS = "racwdxltmeop"
"""The letters there are, in the only order in which the service accepts them."""
RESOURCES = {"b": "a blob", "c": "a container"}
PROTOCOLS = ("https", "https,http")
HEADERS = ("rscc", "rscd", "rsce", "rscl", "rsct")
PARAMETERS = {
    *("canonicalizedResource", "signedResource", "signedPermission", "signedStart", "signedExpiry"),
    *("signedProtocol", "signedIp", "signedIdentifier", "keyToSign", "startPk", "endPk", "startRk", "endRk"),
    *HEADERS,
}


def service_sas(account: str, keys: tuple[str, str], body: Mapping[str, Any]) -> str:
    """The token for these `ServiceSasParameters`, without a leading `?`.

    Raises:
        SasError: a parameter is unknown, missing or not what it can be.
    """
    fields = _fields(account, body)
    key = keys[("key1", "key2").index(_choice(body, "keyToSign", ("key1", "key2"), "key1"))]
    signature = sign(key, _string_to_sign(str(body["canonicalizedResource"]), fields))
    return urlencode({**{name: value for name, value in fields.items() if value}, "sig": signature})


def sign(key: str, text: str) -> str:
    """HMAC-SHA256 of `text` with an account key, both key and result in base64."""
    return base64.b64encode(hmac.digest(base64.b64decode(key), text.encode(), hashlib.sha256)).decode()


def _fields(account: str, body: Mapping[str, Any]) -> dict[str, str]:
    """The query parameters by their names on the wire; empty where not given."""
    for name in body:
        if name not in PARAMETERS:
            raise SasError(f"{name}: not a parameter of a service SAS; one of {', '.join(sorted(PARAMETERS))}")
    _check_resource(account, str(body.get("canonicalizedResource") or ""), str(body.get("signedResource")))
    identifier = str(body.get("signedIdentifier") or "")
    return {
        "sv": VERSION,
        "sr": str(body["signedResource"]),
        "sp": _permission(body, required=not identifier),
        "st": _time(body, "signedStart", required=False),
        "se": _time(body, "signedExpiry", required=not identifier),
        "spr": _choice(body, "signedProtocol", PROTOCOLS, ""),
        "sip": str(body.get("signedIp") or ""),
        "si": identifier,
        **{name: str(body.get(name) or "") for name in HEADERS},
    }


def _string_to_sign(resource: str, fields: Mapping[str, str]) -> str:
    snapshot = encryption_scope = ""
    signed = (fields["sp"], fields["st"], fields["se"], resource, fields["si"], fields["sip"], fields["spr"])
    kind = (fields["sv"], fields["sr"], snapshot, encryption_scope)
    return "\n".join((*signed, *kind, *(fields[name] for name in HEADERS)))


def _check_resource(account: str, resource: str, kind: str) -> None:
    if kind not in RESOURCES:
        raise SasError(f"signedResource: '{kind}' is not offered; b (a blob) or c (a container)")
    parts = resource.split("/", 4)
    enough = len(parts) == (5 if kind == "b" else 4) and all(parts[1:])
    if not enough or parts[:3] != ["", "blob", account]:
        form = f"/blob/{account}/<container>" + ("/<blob>" if kind == "b" else "")
        raise SasError(f"canonicalizedResource: '{resource}' does not name {RESOURCES[kind]}; {form}")


def _permission(body: Mapping[str, Any], *, required: bool) -> str:
    letters = str(body.get("signedPermission") or "")
    if required and not letters:
        raise SasError("signedPermission: missing; for example r")
    if any(letter not in PERMISSIONS for letter in letters):
        raise SasError(f"signedPermission: '{letters}' has unknown letters; letters of {PERMISSIONS}")
    return letters


def _time(body: Mapping[str, Any], name: str, *, required: bool) -> str:
    text = str(body.get(name) or "")
    if not text and not required:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SasError(f"{name}: '{text}' is not a time; for example 2030-01-31T12:00:00Z") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _choice(body: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str) -> str:
    value = str(body.get(name) or default)
    if value != default and value not in choices:
        raise SasError(f"{name}: '{value}' is not known; {' or '.join(choices)}")
    return value
