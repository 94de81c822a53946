"""What a handler receives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobhost.errors import Poison


@dataclass(frozen=True)
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

    def json(self) -> Any:
        """The content as JSON values.

        Raises:
            Poison: the content is not JSON; no later attempt could read it either.
        """
        try:
            return json.loads(self.text)
        except ValueError as error:
            raise Poison(
                f"message {self.id}: is not JSON ({error}); expected an object as the sender's contract says"
            ) from error
