"""The queue service of one storage account, in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from oneplan.operate.testing.server import Reply, Request

_SIGNED = "for https://storage.azure.com"
_TIMES = (
    "<InsertionTime>Tue, 24 Nov 2026 05:00:00 GMT</InsertionTime>"
    "<ExpirationTime>Tue, 01 Dec 2026 05:00:00 GMT</ExpirationTime>"
)


@dataclass
class FakeMessage:
    """A message as it is stored."""

    id: str
    text: str
    dequeue_count: int = 0
    receipt: str = ""
    is_hidden: bool = False
    ttl: str = "-1"


@dataclass
class FakeQueue:
    """One queue."""

    messages: list[FakeMessage] = field(default_factory=list)

    def put(self, text: str, ttl: str = "-1") -> FakeMessage:
        """Adds a message."""
        message = FakeMessage(f"m{len(self.messages)}", text, ttl=ttl)
        self.messages.append(message)
        return message


def respond(queues: dict[str, FakeQueue], request: Request) -> Reply | None:
    """The service's answer to a request about messages; None when it is about something else."""
    found = re.search(r"/([^/]+)/messages(?:/([^/]+))?$", request.path)
    if found is None:
        return None
    if not request.carries(_SIGNED):
        return Reply(403, b"<Error><Code>AuthorizationFailure</Code></Error>")
    queue = queues.get(found[1])
    if queue is None:
        return Reply(404, b"<Error><Code>QueueNotFound</Code></Error>")
    match request.method, found[2]:
        case "GET", None:
            return _given(queue, request)
        case "POST", None:
            text = re.search(rb"<MessageText>(.*)</MessageText>", request.body, re.DOTALL)
            queue.put(_plain(text[1] if text else b""), request.query["messagettl"])
            return Reply(201)
        case "DELETE", None:
            queue.messages.clear()
            return Reply(204)
        case method, id:
            return _settle(queue, method, str(id), request)


def nothing() -> Reply:
    """The answer of a queue without messages that can be seen."""
    return Reply(200, b"<?xml version='1.0'?><QueueMessagesList />")


def _given(queue: FakeQueue, request: Request) -> Reply:
    visible = [message for message in queue.messages if not message.is_hidden]
    first = visible[: int(request.query.get("numofmessages", "1"))]
    is_peek = request.query.get("peekonly") == "true"
    for message in () if is_peek else first:
        message.is_hidden, message.dequeue_count = True, message.dequeue_count + 1
        message.receipt = f"r{message.dequeue_count}-{message.id}"
    items = "".join(
        f"<QueueMessage><MessageId>{one.id}</MessageId>{_TIMES}"
        + ("" if is_peek else f"<PopReceipt>{one.receipt}</PopReceipt>")
        + f"<DequeueCount>{one.dequeue_count}</DequeueCount>"
        f"<MessageText>{escape(one.text)}</MessageText></QueueMessage>"
        for one in first
    )
    return Reply(200, f"<?xml version='1.0'?><QueueMessagesList>{items}</QueueMessagesList>".encode())


def _settle(queue: FakeQueue, method: str, id: str, request: Request) -> Reply:
    message = next((one for one in queue.messages if one.id == id), None)
    if message is None or message.receipt != request.query["popreceipt"]:
        return Reply(404, b"<Error><Code>MessageNotFound</Code></Error>")
    if method == "DELETE":
        queue.messages.remove(message)
    else:
        message.is_hidden = False
    return Reply(204)


def _plain(text: bytes) -> str:
    return text.decode().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
