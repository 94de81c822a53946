"""The queues of a stack, asked of the storage service itself.

Requests: https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote, urlencode

from oneplan.operate import messages
from oneplan.operate.credentials import STORAGE, Credential
from oneplan.operate.http import Http, Response
from oneplan.operate.messages import Message
from oneplan.operate.refusal import error_from

STORAGE_VERSION = "2024-11-04"
MOST_AT_ONCE = 32
"""The service gives no more messages in one answer."""
_HELD = timedelta(minutes=1)
"""How long a message that is being moved is hidden from other readers."""


class Queues:
    """The queue service of one storage account; every method raises OperateError when it refuses."""

    def __init__(self, http: Http, credential: Credential, endpoint: str) -> None:
        self._http = http
        self._credential = credential
        self._endpoint = endpoint.rstrip("/")

    def url(self, name: str) -> str:
        """The queue's address."""
        return f"{self._endpoint}/{name}"

    def messages(self, name: str) -> int:
        """The approximate number of messages."""
        response = self._ask("GET", name, "", {"comp": "metadata"})
        return int(response.headers["x-ms-approximate-messages-count"])

    def peek(self, name: str, count: int = MOST_AT_ONCE) -> tuple[Message, ...]:
        """The first messages that are visible, at most 32, without taking them."""
        query = {"peekonly": "true", "numofmessages": str(min(max(count, 1), MOST_AT_ONCE))}
        return messages.read(self._ask("GET", name, "/messages", query).body)

    def send(self, name: str, text: str, *, keep: timedelta | None = None, delay: timedelta = timedelta(0)) -> None:
        """Puts a stored text on the queue; `keep` is how long it lives (None: for ever), `delay` how long it hides."""
        query = {
            "messagettl": "-1" if keep is None else str(int(keep.total_seconds())),
            "visibilitytimeout": str(int(delay.total_seconds())),
        }
        self._ask("POST", name, "/messages", query, messages.document(text), expected=201)

    def clear(self, name: str) -> None:
        """Deletes every message."""
        self._ask("DELETE", name, "/messages", {}, expected=204)

    def move(
        self,
        source: str,
        target: str,
        *,
        keep: timedelta | None = None,
        matches: Callable[[Message], bool] = lambda _: True,
    ) -> int:
        """Moves messages to another queue, byte by byte, and returns how many.

        Each is put on the target before it is deleted here: a crash in between leaves it twice, never lost. Those
        that do not match are given back as they were.
        """
        moved, passed_over = 0, list[Message]()
        try:
            while taken := self._take(source):
                for message in taken:
                    if not matches(message):
                        passed_over.append(message)
                        continue
                    self.send(target, message.text, keep=keep)
                    self._delete(source, message)
                    moved += 1
        finally:
            for message in passed_over:
                self._give_back(source, message)
        return moved

    def _take(self, name: str) -> tuple[Message, ...]:
        query = {"numofmessages": str(MOST_AT_ONCE), "visibilitytimeout": str(int(_HELD.total_seconds()))}
        return messages.read(self._ask("GET", name, "/messages", query).body)

    def _delete(self, name: str, message: Message) -> None:
        query = {"popreceipt": message.receipt or ""}
        self._ask("DELETE", name, f"/messages/{quote(message.id, safe='')}", query, expected=204)

    def _give_back(self, name: str, message: Message) -> None:
        query = {"popreceipt": message.receipt or "", "visibilitytimeout": "0"}
        self._ask("PUT", name, f"/messages/{quote(message.id, safe='')}", query, expected=204)

    def _ask(
        self,
        method: str,
        name: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None = None,
        expected: int = 200,
    ) -> Response:
        headers = {
            "Authorization": f"Bearer {self._credential.token(STORAGE)}",
            "x-ms-version": STORAGE_VERSION,
            "x-ms-date": format_datetime(datetime.now(UTC), usegmt=True),
        }
        if body is not None:
            headers["Content-Type"] = "application/xml"
        url = f"{self.url(name)}{path}" + (f"?{urlencode(query)}" if query else "")
        response = self._http.request(method, url, headers=headers, body=body)
        if response.status != expected:
            raise error_from(response, f"queue {name}")
        return response
