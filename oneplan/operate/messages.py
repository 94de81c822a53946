"""Messages of a storage queue: what the service tells of them, and what a reader is given.

Form: https://learn.microsoft.com/rest/api/storageservices/peek-messages and .../get-messages
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import escape
from xml.etree import ElementTree

from oneplan.errors import OperateError


@dataclass(frozen=True)
class Message:
    """One message."""

    id: str
    inserted: datetime
    expires: datetime
    dequeue_count: int
    """How often a reader took it."""
    text: str
    """As it is stored: most clients store Base64."""
    receipt: str | None = field(default=None, repr=False)
    """Proof that this reader took it; None when it was only looked at."""

    @property
    def body(self) -> str:
        """What a job's function is given: the text behind Base64, or the stored text where that is none."""
        try:
            return base64.b64decode(self.text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return self.text


def encode(body: str) -> str:
    """Returns a body in Base64, as the .NET, Functions and job host readers expect it."""
    return base64.b64encode(body.encode()).decode()


def document(text: str) -> bytes:
    """Returns the request that carries a stored text.

    Raises:
        OperateError: the text holds a character that XML, and so the service, has no form for.
    """
    if stray := next((letter for letter in text if letter < " " and letter not in "\t\n\r"), None):
        raise OperateError(f"message: U+{ord(stray):04X} cannot be sent as it is; leave --raw out")
    return f"<QueueMessage><MessageText>{escape(text, quote=False)}</MessageText></QueueMessage>".encode()


def read(body: bytes) -> tuple[Message, ...]:
    """Returns the messages of an answer; raises OperateError when it is something else."""
    try:
        root = ElementTree.fromstring(body.decode("utf-8-sig"))  # noqa: S314  expat bounds entities itself
        return tuple(_messages(root))
    except (ElementTree.ParseError, UnicodeDecodeError, TypeError, ValueError) as error:
        raise OperateError("queue service: the answer is not a list of messages") from error


def _messages(root: ElementTree.Element) -> Iterator[Message]:
    for item in root.iter("QueueMessage"):
        found = {child.tag: child.text or "" for child in item}
        yield Message(
            id=found.get("MessageId", ""),
            inserted=parsedate_to_datetime(found["InsertionTime"]) if "InsertionTime" in found else _never(),
            expires=parsedate_to_datetime(found["ExpirationTime"]) if "ExpirationTime" in found else _never(),
            dequeue_count=int(found.get("DequeueCount") or 0),
            text=found.get("MessageText", ""),
            receipt=found.get("PopReceipt"),
        )


def _never() -> datetime:
    raise ValueError("a message has times")
