"""Web hooks: addresses that are told of an event (Kudu.Core/Hooks/WebHooksManager.cs, Kudu.Contracts/Hooks)."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from emulator.files import write_atomically
from emulator.webjobs.clock import Clock
from emulator.webjobs.errors import JobConflict, JobsError
from emulator.webjobs.moment import to_json

log = logging.getLogger(__name__)

RUN_FINISHED = "TriggeredJobFinished"
GONE = 410
FILE_NAME = "hooks"
_YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)
_OPTIONAL = ("id", "last_status", "last_reason", "last_datetime", "last_context")

Post = Callable[["WebHook", bytes], Awaitable[tuple[int, str]]]
"""Sends a body to a hook; returns status and reason, raises OSError or TimeoutError when nobody answers."""


class HookRefused(JobsError):  # noqa: N818 - read as App Service's answer, not as a fault
    """Raised for a subscription that names no address."""


@dataclass(frozen=True)
class WebHook:
    """One subscription; the fields are the file's and the API's keys, but for `event` and `url`."""

    event: str
    url: str
    id: str = ""
    insecure_ssl: bool = False
    last_status: str | None = None
    last_reason: str | None = None
    last_datetime: str | None = None
    last_context: str | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The hook in an API body or in the file.

        Raises:
            HookRefused: it has no usable address.
        """
        url = str(values.get("url") or "").strip()
        try:
            parts = urlsplit(url)
            is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            is_usable = False
        if not is_usable:
            raise HookRefused(f"url: '{url}' is no address to post to; expected http:// or https:// and a host")
        known = {name: values[name] for name in _OPTIONAL if isinstance(values.get(name), str)}
        return cls(str(values.get("event") or ""), url, insecure_ssl=values.get("insecure_ssl") is True, **known)

    def to_json(self) -> dict[str, Any]:
        """The hook as file and API show it; nulls and false are left out."""
        return {name: value for name, value in asdict(self).items() if value}


class WebHooks:
    """The subscriptions of one site, in a file below its deployments."""

    def __init__(self, folder: Path, *, clock: Clock, post: Post) -> None:
        self._file = folder / FILE_NAME
        self._clock = clock
        self._post = post
        self._turn = asyncio.Lock()

    def all(self) -> list[WebHook]:
        """Every subscription; a file that cannot be read counts as none."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return [WebHook.of(values) for values in found]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, AttributeError, HookRefused) as error:
            log.warning("%s: ignored: %s; expected a JSON array of subscriptions", self._file, error)
            return []

    async def subscribe(self, hook: WebHook) -> WebHook:
        """Add a subscription; the same address and event once only.

        Raises:
            JobConflict: the address is subscribed to another event.
            OSError: the file cannot be written.
        """
        async with self._turn:
            hooks = self.all()
            known = next((other for other in hooks if other.url.lower() == hook.url.lower()), None)
            if known is not None and known.event.lower() != hook.event.lower():
                raise JobConflict(f"{hook.url}: is subscribed to {known.event} already; remove that first")
            if known is not None:
                return known
            added = replace(hook, id=self._new_id({other.id for other in hooks}))
            self._save([*hooks, added])
            return added

    async def remove(self, id: str) -> None:
        """Remove a subscription; an unknown one is fine."""
        async with self._turn:
            hooks = self.all()
            kept = [hook for hook in hooks if hook.id != id]
            if len(kept) != len(hooks):
                self._save(kept)

    async def publish(self, event: str, body: Mapping[str, Any]) -> None:
        """Tell everybody who subscribed to the event, at the same time; how it went is noted with each."""
        text = json.dumps({key: value for key, value in body.items() if value is not None}, indent=2)
        async with self._turn:
            hooks = self.all()
            if not any(hook.event.lower() == event.lower() for hook in hooks):
                return
            told = await asyncio.gather(
                *(self._tell(hook, text) if hook.event.lower() == event.lower() else _same(hook) for hook in hooks)
            )
            self._save([hook for hook in told if hook is not None])

    def _new_id(self, taken: set[str]) -> str:
        """The present time in .NET's ticks."""
        ticks = (self._clock.now() - _YEAR_ONE) // timedelta(microseconds=1) * 10
        while str(ticks) in taken:
            ticks += 1
        return str(ticks)

    async def _tell(self, hook: WebHook, text: str) -> WebHook | None:
        """The hook with its outcome; none when it answers that it is gone."""
        noted = replace(hook, last_datetime=to_json(self._clock.now()), last_context=text)
        try:
            status, reason = await self._post(hook, text.encode())
        except (OSError, TimeoutError) as error:
            log.warning("web hook %s: cannot be told: %s", hook.id, error)
            return replace(noted, last_status="Failure", last_reason=str(error))
        return None if status == GONE else replace(noted, last_status=str(status), last_reason=reason)

    def _save(self, hooks: list[WebHook]) -> None:
        write_atomically(self._file, json.dumps([hook.to_json() for hook in hooks], indent=2).encode(), mode=0o600)


async def _same(hook: WebHook) -> WebHook:
    return hook
