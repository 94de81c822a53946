"""Pulumi's values as JSON: signed objects for what JSON has no word for, one fixed string for each kind of unknown.

The form of the provider protocol (pulumi's ``sdk/go/common/resource`` and ``sdk/python/lib/pulumi/runtime/rpc.py``)
and of what the store keeps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.resources.values import Archive, Asset, Eventual, Reference, Secret, Unknown

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature, public
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
EVENTUAL = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWNS = {
    "string": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "bool": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "number": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "array": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "asset": "030794c1-ac77-496b-92df-f27374a8bd58",
    "archive": "e48ece36-62e2-4504-bad9-02848725956a",
    "object": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
KINDS = {sentinel: kind for kind, sentinel in UNKNOWNS.items()}


class SignatureError(ValueError):
    """Raised when an object carries a signature this protocol version does not have."""


def decode(value: Any) -> Any:
    """Turns JSON with signed objects and sentinels into Python values."""
    match value:
        case str():
            return Unknown(KINDS[value]) if value in KINDS else value
        case list():
            return [decode(item) for item in value]
        case dict() if SIGNATURE in value:
            return decode_signed(value)
        case dict():
            return {key: decode(item) for key, item in value.items()}
        case _:
            return value


def encode(value: Any) -> Any:
    """Turns Python values into JSON with signed objects and sentinels."""
    match value:
        case list() | tuple():
            return [encode(item) for item in value]
        case dict():
            return {key: encode(item) for key, item in value.items()}
        case _:
            encoder = _ENCODERS.get(type(value))
            return encoder(value) if encoder else value


def decode_signed(value: dict[str, Any]) -> Any:
    """Turns one signed object into the value it stands for."""
    decoder = _DECODERS.get(value[SIGNATURE])
    if decoder is None:
        raise SignatureError(f"a value with signature {value[SIGNATURE]!r}: not known to this emulator")
    return decoder(value)


def _decode_asset(value: dict[str, Any]) -> Asset:
    return Asset(value.get("hash") or "", value.get("text"), value.get("path"), value.get("uri"))


def _decode_archive(value: dict[str, Any]) -> Archive:
    assets = value.get("assets")
    members = None if assets is None else tuple((name, decode(item)) for name, item in assets.items())
    return Archive(value.get("hash") or "", value.get("path"), value.get("uri"), members)


def _decode_reference(value: dict[str, Any]) -> Reference:
    return Reference(value["urn"], decode(value.get("id")), value.get("packageVersion") or "")


def _decode_eventual(value: dict[str, Any]) -> Eventual:
    inner = decode(value["value"]) if "value" in value else Unknown()
    return Eventual(inner, tuple(value.get("dependencies") or ()), bool(value.get("secret")))


_DECODERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    SECRET: lambda value: Secret(decode(value.get("value"))),
    ASSET: _decode_asset,
    ARCHIVE: _decode_archive,
    REFERENCE: _decode_reference,
    EVENTUAL: _decode_eventual,
}


def _signed(signature: str, **fields: Any) -> dict[str, Any]:
    present = {name: encode(value) for name, value in fields.items() if value is not None}
    return {SIGNATURE: signature, **present}


def _encode_archive(value: Archive) -> dict[str, Any]:
    members = None if value.assets is None else dict(value.assets)
    return _signed(ARCHIVE, hash=value.hash, path=value.path, uri=value.uri, assets=members)


def _encode_eventual(value: Eventual) -> dict[str, Any]:
    known = {} if isinstance(value.value, Unknown) else {"value": value.value}
    return _signed(EVENTUAL, dependencies=list(value.dependencies) or None, secret=value.secret or None, **known)


_ENCODERS: dict[type, Callable[[Any], Any]] = {
    # A secret null keeps its null: `_signed` would drop it.
    Secret: lambda value: {SIGNATURE: SECRET, "value": encode(value.value)},
    Unknown: lambda value: UNKNOWNS[value.kind],
    Asset: lambda value: _signed(ASSET, hash=value.hash, text=value.text, path=value.path, uri=value.uri),
    Archive: _encode_archive,
    Reference: lambda value: _signed(
        REFERENCE, urn=value.urn, id=value.id, packageVersion=value.package_version or None
    ),
    Eventual: _encode_eventual,
}
