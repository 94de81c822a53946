"""A queue's page: its first messages, and what changes while it is open."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from oneplan.dashboard import logs
from oneplan.dashboard.actions import DONE, Actions
from oneplan.dashboard.live import Live, Parts
from oneplan.dashboard.pages import Pages
from oneplan.dashboard.snapshot import Clock
from oneplan.operate import Plane
from oneplan.operate.messages import Message

PERIOD_SECONDS = 1.0
_SHARE = 20


@dataclass(frozen=True)
class Look:
    """What one look into a queue found."""

    at: datetime
    count: int
    messages: tuple[Message, ...]


class QueuePage:
    """The page and its news; those who watch the same queue share the looks into it."""

    def __init__(self, plane: Plane, pages: Pages, actions: Actions, now: Clock) -> None:
        self._plane = plane
        self._pages = pages
        self._actions = actions
        self._now = now
        self._watched: dict[str, Live[Look]] = {}

    def routes(self) -> list[web.RouteDef]:
        """Returns its routes."""
        return [web.get("/queues/{queue}", self.page), web.get("/queues/{queue}/events", self.events)]

    async def close(self) -> None:
        """Ends the watching."""
        for live in self._watched.values():
            await live.close()

    async def page(self, request: web.Request) -> web.Response:
        """Returns the whole page."""
        name = self._actions.known_queue(request)
        look = await asyncio.to_thread(self._look, name)
        declared = next(q for q in self._plane.manifest.queues.values() if name in (q.name, q.poison))
        said = DONE.get(request.query.get("done", ""), "")
        values: dict[str, Any] = {"said": said, "name": name, "look": look, "declared": declared, "now": look.at}
        return web.Response(text=self._pages.page("queue", **values), content_type="text/html")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tells what changes."""
        name = self._actions.known_queue(request)
        live = self._watched.get(name)
        if live is None:
            live = self._watched[name] = Live(lambda: self._look(name), self._parts, _pace)
        return await logs.parts(request, live.changes())

    def _look(self, name: str) -> Look:
        service = self._actions.service()
        return Look(self._now(), service.messages(name), service.peek(name))

    def _parts(self, look: Look) -> Parts:
        draw = self._pages.macros(look.at)
        return {"count": str(draw.queue_count(look)), "messages": str(draw.queue_messages(look))}


def _pace(_: Look, /, took: float, *, told: bool) -> float:
    return max(PERIOD_SECONDS, took * _SHARE)
