"""A registered queue function: its handler, its options, and the lock it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from jobhost.binding import USUAL_ENCODING, Binding
from jobhost.encoding import Encoding
from jobhost.errors import InvalidPayload, StartError
from jobhost.settings import QueueSettings, queue_settings

_FIELD = re.compile(r"\{(\w+(?:\.\w+)*)\}")


@dataclass(frozen=True)
class QueueFunction:
    """A handler and how its queue is to be read."""

    name: str
    queue: str
    binding: Binding
    options: Mapping[str, Any]
    """The decorator's options; app settings may say otherwise."""
    singleton: bool | str = False

    def settings(self, environment: Mapping[str, str]) -> QueueSettings:
        """How the queue is read, with what the environment says and the handler's type implies.

        Raises:
            StartError: a value is missing or not one, or does not go with the handler.
        """
        implied = {"concurrency": 1} if self.singleton is True else {}
        found = queue_settings(self.queue, environment, implied | dict(self.options), USUAL_ENCODING[self.binding.kind])
        self._check_encoding(found.encoding)
        return found

    def check(self) -> None:
        """Find options that do not go together.

        Raises:
            StartError: they do not.
        """
        self._check_encoding(self.options.get("encoding"))
        if isinstance(self.singleton, str) and self.singleton != "host" and not _FIELD.search(self.singleton):
            raise StartError(
                f"function {self.name}: singleton={self.singleton!r} names no field; "
                "expected True, 'host' or a text such as '{customer}'"
            )

    def _check_encoding(self, encoding: Encoding | None) -> None:
        if encoding == "auto" and self.binding.kind in {"text", "bytes"}:
            raise StartError(
                f"function {self.name}: encoding='auto' with {self.binding.type_name} cannot tell 'abcd' from Base64; "
                "expected 'base64' or 'text'"
            )

    def lock_name(self, payload: object) -> str | None:
        """The lock that a call with `payload` needs; None for none.

        Raises:
            InvalidPayload: the payload has no such field.
        """
        if self.singleton is False:
            return None
        if self.singleton is True:
            return f"functions/{self.name}"
        if self.singleton == "host":
            return "host"
        key = _FIELD.sub(lambda found: str(_value(payload, found[1])), self.singleton)
        return f"functions/{self.name}/{quote(key, safe='')[:200]}"


def _value(payload: Any, path: str) -> object:
    value = payload
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    if value is None or isinstance(value, dict | list):
        raise InvalidPayload(f"{path}: is no text or number; expected one, as the function is a singleton by it")
    return value
