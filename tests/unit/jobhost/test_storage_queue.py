"""What the service refuses, in the host's words: the real client, and a service that answers as scripted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from azure.core.pipeline.transport import HttpTransport
from azure.storage.queue import QueueClient

from jobhost import LeaseLost, QueueError
from jobhost.storage_queue import StorageQueue

CALLS: dict[str, Callable[[StorageQueue], object]] = {
    "delete": lambda queue: queue.delete("id", "receipt"),
    "extend": lambda queue: queue.extend("id", "receipt", timedelta(seconds=5)),
    "receive": lambda queue: queue.receive(1, timedelta(seconds=30)),
    "send": lambda queue: queue.send("body"),
}


class Answer:
    """A refusal, as the SDK reads replies."""

    headers: dict[str, str]

    def __init__(self, request: Any, status: int, code: str) -> None:
        self.request, self.status_code, self.reason, self.content_type = request, status, "Refused", "application/xml"
        self.headers = {"x-ms-error-code": code, "Content-Type": "application/xml"}
        self.body_text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>"
        self.internal_response = self

    def text(self, encoding: str | None = None) -> str:
        return self.body_text

    def body(self) -> bytes:
        return self.body_text.encode()

    content = property(body)

    def read(self) -> bytes:
        return self.body()


class Refusing(HttpTransport):
    """Answers every request in the same way."""

    def __init__(self, status: int, code: str) -> None:
        self.answer = (status, code)

    def send(self, request: Any, **kwargs: Any) -> Any:
        return Answer(request, *self.answer)

    def open(self) -> None: ...

    def close(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def refused(status: int, code: str, call: str) -> QueueError:
    client = QueueClient.from_queue_url(
        "https://shop.queue.core.windows.net/work?sig=s3cret", transport=Refusing(status, code), retry_total=0
    )
    with pytest.raises(QueueError) as caught:
        CALLS[call](StorageQueue(client))
    return caught.value


@pytest.mark.parametrize("call", ["delete", "extend"])
@pytest.mark.parametrize(("status", "code"), [(404, "MessageNotFound"), (400, "PopReceiptMismatch")])
def test_message_that_is_somebody_elses_is_a_lost_lease(status: int, code: str, call: str):
    """C17, C18."""
    error = refused(status, code, call)

    assert (type(error), str(error)) == (LeaseLost, f"work: {code}")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AuthorizationFailure"), (404, "QueueNotFound"), (409, "QueueBeingDeleted"), (503, "ServerBusy")],
)
def test_refusal_names_the_services_own_code(status: int, code: str, call: str):
    error = refused(status, code, call)

    assert (type(error), str(error), error.status) == (
        QueueError,
        f"work: the service answered {status} {code}",
        status,
    )
