"""Who asks: bearer tokens for ARM, SCM and storage, from the local Azure or from the user's sign-in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from oneplan.errors import OperateError
from oneplan.operate.http import Http
from oneplan.operate.refusal import error_from

ARM = "https://management.azure.com"
STORAGE = "https://storage.azure.com"
_RENEW_BEFORE_SECONDS = 300


class Credential(Protocol):
    """Something that gives bearer tokens."""

    def token(self, resource: str) -> str:
        """A token for ARM (also good for SCM) or STORAGE."""
        ...


class LocalCredential:
    """The operator of the local Azure: the folder's token, and storage tokens from its identity endpoint."""

    def __init__(self, http: Http, token_file: Path, identity_url: str) -> None:
        self._http = http
        self._token_file = token_file
        self._identity_url = identity_url
        self._guard = threading.Lock()
        self._storage: str | None = None

    def token(self, resource: str) -> str:
        """The folder's token, or a minted one for storage."""
        if resource == ARM:
            return self._admin()
        with self._guard:
            if self._storage is None:
                self._storage = self._minted(resource)
            return self._storage

    def _admin(self) -> str:
        try:
            return self._token_file.read_text().strip()
        except OSError as error:
            raise OperateError(
                f"{self._token_file}: cannot be read ({error.strerror});"
                " run `oneplan local stop` and `oneplan local start`"
            ) from error

    def _minted(self, resource: str) -> str:
        query = urlencode({"api-version": "2019-08-01", "resource": resource})
        headers = {"X-IDENTITY-HEADER": self._admin()}
        response = self._http.request("GET", f"{self._identity_url}?{query}", headers=headers)
        if response.status != 200:
            raise error_from(response, "local Azure's identity endpoint")
        return str(response.json()["access_token"])


class AzureCredential:
    """The user's own sign-in (`az login`, environment, managed identity), through azure-identity."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._tokens: dict[str, tuple[str, float]] = {}

    def token(self, resource: str) -> str:
        """A token of the signed-in user, renewed five minutes before it ends."""
        with self._guard:
            held = self._tokens.get(resource)
            if held is None or held[1] - _RENEW_BEFORE_SECONDS < self._clock():
                held = self._tokens[resource] = _sign_in(resource)
            return held[0]


def _sign_in(resource: str) -> tuple[str, float]:
    from azure.core.exceptions import ClientAuthenticationError
    from azure.identity import DefaultAzureCredential

    try:
        granted = DefaultAzureCredential().get_token(f"{resource}/.default")
    except ClientAuthenticationError as error:
        raise OperateError(f"Azure: no sign-in found; run `az login` ({_first_line(error)})") from error
    return granted.token, float(granted.expires_on)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
