"""Shared Key signatures, for the one call that a bearer token cannot make: changing a container's public access.

https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from emulator.storage.client import API_VERSION, Call
from emulator.storage.sas import sign

_STANDARD_HEADERS = 11  # Content-Encoding … Range between the verb and the x-ms headers, all empty here


def dated_headers(now: datetime) -> dict[str, str]:
    """The headers every signed call has."""
    return {
        "x-ms-date": format_datetime(now.astimezone(UTC), usegmt=True),
        "x-ms-version": API_VERSION,
        "Content-Length": "0",
    }


def authorization(call: Call, key: str) -> str:
    """The `Authorization` header of a call without content."""
    signature = sign(key, string_to_sign(call))
    return f"SharedKey {call.account}:{signature}"


def string_to_sign(call: Call) -> str:
    """What is signed: verb, standard headers (all empty), x-ms headers, resource with its query."""
    headers = _sorted_lines(
        {name.lower(): value for name, value in (call.headers or {}).items() if name.startswith("x-ms-")}
    )
    # Path-style addresses name the account twice: once as the account, once as part of the path.
    resource = f"/{call.account}{call.resource}"
    query = _sorted_lines({name.lower(): value for name, value in (call.query or {}).items()})
    return "\n".join([call.method, *[""] * _STANDARD_HEADERS, *headers, resource, *query])


def _sorted_lines(pairs: Mapping[str, str]) -> list[str]:
    return [f"{name}:{pairs[name]}" for name in sorted(pairs)]
