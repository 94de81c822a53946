"""The emulator's own calls to the storage services: bearer tokens, retried across a restart of Azurite."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from emulator.storage.errors import StorageError
from emulator.tls import Certificate

API_VERSION = "2021-12-02"
ATTEMPTS = 4
TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=5)
_XML_CODE = re.compile(r"<Code>(\w+)</Code>")
_JSON_CODE = re.compile(r'"code"\s*:\s*"(\w+)"')


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    status: int
    code: str
    """The error code, such as `QueueAlreadyExists`; empty for none."""
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Call:
    """One request, addressed by account."""

    service: str
    method: str
    account: str
    path: str = ""
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    content: bytes | Path | None = None

    @property
    def resource(self) -> str:
        """The encoded path, with the account as path-style addresses have it."""
        return f"/{self.account}/{quote(self.path)}" if self.path else f"/{self.account}/"


class StorageClient:
    """Sends calls as the operator."""

    def __init__(
        self,
        certificate: Certificate,
        *,
        root: Callable[[str], str],
        token: Callable[[], str],
        available: Callable[[], Awaitable[None]],
    ) -> None:
        """
        Args:
            root: a service's address.
            token: a bearer token for storage.
            available: returns when the services answer, raises StorageError when they never will.
        """
        self._certificate, self._root = certificate, root
        self._token, self._available = token, available
        self._session: aiohttp.ClientSession | None = None

    async def send(self, call: Call, *, accept: tuple[int | str, ...], authorization: str = "") -> Answer:
        """The answer, if its status or its error code is one of `accept`.

        Raises:
            StorageError: any other answer, or none.
        """
        answer = await self._try(call, authorization)
        if answer.status in accept or answer.code in accept:
            return answer
        raise StorageError(
            f"storage: {call.method} {call.service} {call.resource}: answered {answer.status} "
            f"{answer.code or HTTPStatus(answer.status).phrase}",
            status=answer.status,
            code=answer.code or "StorageError",
        )

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _try(self, call: Call, authorization: str) -> Answer:
        for attempt in range(1, ATTEMPTS + 1):
            await self._available()
            try:
                return await self._once(call, authorization)
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                if attempt == ATTEMPTS:
                    raise StorageError(f"storage: {call.service} does not answer ({error})") from error
        raise AssertionError("unreachable: the loop returns or raises")

    async def _once(self, call: Call, authorization: str) -> Answer:
        url = self._root(call.service) + call.resource + (f"?{urlencode(call.query)}" if call.query else "")
        headers = {
            "Authorization": authorization or f"Bearer {self._token()}",
            "x-ms-version": API_VERSION,
            **(call.headers or {}),
        }
        with ExitStack() as stack:
            data = stack.enter_context(call.content.open("rb")) if isinstance(call.content, Path) else call.content
            request = self._connection().request(call.method, URL(url, encoded=True), headers=headers, data=data)
            async with request as response:
                body = await response.text(errors="replace")
                return Answer(response.status, _code(response.headers, body), response.headers, body)

    def _connection(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(ssl=self._certificate.client_context)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=TIMEOUT, skip_auto_headers=("Content-Type",)
            )
        return self._session


def _code(headers: Mapping[str, str], body: str) -> str:
    if code := headers.get("x-ms-error-code"):
        return code
    found = _XML_CODE.search(body) or _JSON_CODE.search(body)
    return found[1] if found else ""
