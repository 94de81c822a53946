"""A token for Application Insights that takes no keys, from the identity endpoint of App Service.

The protocol is that of `azure-identity` (_credentials/app_service.py); standard library only, as everything that
tells of executions.
"""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping

AUTHENTICATION = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"
EARLY_SECONDS = 300
TIMEOUT_SECONDS = 5

Fetch = Callable[[str, Mapping[str, str]], bytes]
"""Gets an address with headers; raises OSError."""


class IdentityToken:
    """The bearer token, fetched when the last one is about to end."""

    def __init__(
        self,
        environment: Mapping[str, str],
        audience: str,
        fetch: Fetch | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`audience` is what the token is for: the address of the service."""
        said = (part.partition("=") for part in environment.get(AUTHENTICATION, "").split(";"))
        fields = {key.strip().lower(): value.strip() for key, _, value in said}
        self._wanted = fields.get("authorization", "").lower() == "aad"
        query = {"api-version": "2019-08-01", "resource": audience}
        if fields.get("clientid"):
            query["client_id"] = fields["clientid"]
        self._url = f"{environment.get('IDENTITY_ENDPOINT', '')}?{urllib.parse.urlencode(query)}"
        self._header = environment.get("IDENTITY_HEADER", "")
        self._fetch, self._now = fetch or _fetch, now
        self._token, self._ends = "", 0.0

    def headers(self) -> dict[str, str]:
        """What a request must carry; nothing when keys are taken, or when there is no token to be had."""
        if not self._wanted:
            return {}
        if self._now() >= self._ends - EARLY_SECONDS:
            try:
                answer = json.loads(self._fetch(self._url, {"X-IDENTITY-HEADER": self._header}))
                self._token, self._ends = str(answer["access_token"]), float(answer["expires_on"])
            except (OSError, ValueError, KeyError, TypeError):
                return {}  # the service refuses the request, which is sent again later
        return {"Authorization": f"Bearer {self._token}"}


def _fetch(url: str, headers: Mapping[str, str]) -> bytes:
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - the platform's own address
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:  # noqa: S310 - as above
        return bytes(reply.read())
