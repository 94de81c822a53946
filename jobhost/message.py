"""What a handler receives that asks for the message itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobhost.errors import InvalidPayload


@dataclass(frozen=True, slots=True)
class Message:
    """One queue message, decoded."""

    id: str
    """The service's identifier; the same over all attempts."""
    text: str
    """The content."""
    attempt: int
    """1 for the first delivery."""
    enqueued: datetime
    """When the sender put it on the queue (UTC)."""
    queue: str
    """The name of the queue it came from."""
    body: str = ""
    """The content as it lies in the queue, before any decoding."""

    def json(self) -> Any:
        """The content as JSON values.

        Raises:
            InvalidPayload: the content is not JSON; no later attempt could read it either.
        """
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise InvalidPayload(f"body: is not JSON ({error}); expected what the sender's contract says") from error
