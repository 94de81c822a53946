"""The search page: jobs, apps and queues by name, and lines of logs."""

from __future__ import annotations

import asyncio

from aiohttp import web
from markupsafe import Markup, escape

from oneplan.dashboard.live import Live
from oneplan.dashboard.pages import Pages
from oneplan.dashboard.snapshot import JobView, Snapshot, is_whole
from oneplan.operate import Plane, Status
from oneplan.operate.search import Found, LogSearch

SECONDS = 4.0
"""A search takes no longer; what it could not read in this time it says."""
LEAST_LETTERS = 2
MOST_LETTERS = 200


class SearchPage:
    """The page; a plain form, so that a search has an address that can be kept."""

    def __init__(self, plane: Plane, live: Live[Snapshot], pages: Pages) -> None:
        self._live = live
        self._pages = pages
        self._search = LogSearch(plane)

    def routes(self) -> list[web.RouteDef]:
        """Returns its routes."""
        return [web.get("/search", self.page)]

    async def page(self, request: web.Request) -> web.Response:
        """Returns what was found."""
        text = request.query.get("q", "").strip()[:MOST_LETTERS]
        snapshot = await self._live.whole(is_whole)
        jobs: list[JobView] = []
        names: list[tuple[str, str]] = []
        found: Found | None = None
        if len(text) >= LEAST_LETTERS:
            jobs = [view for view in snapshot.jobs if text.casefold() in _told(view)]
            names = _named(text.casefold(), snapshot)
            status = Status(
                tuple(app.site for app in snapshot.apps), tuple(view.job for view in snapshot.jobs), snapshot.queues
            )
            found = await asyncio.to_thread(self._search.find, text, status, SECONDS)
        html = self._pages.page(
            "search", q=text, jobs=jobs, names=names, found=found, marked=marked, least=LEAST_LETTERS, now=snapshot.at
        )
        return web.Response(text=html, content_type="text/html")


def marked(line: str, text: str) -> Markup:
    """Returns a line as HTML in which each place of a text, whatever its case, is marked."""
    pieces: list[Markup] = []
    low, wanted, at = line.lower(), text.lower(), 0
    if len(low) != len(line):  # a letter that has no lower case of the same length
        return escape(line)
    while (next_at := low.find(wanted, at)) >= 0:
        pieces += [escape(line[at:next_at]), Markup("<mark>{}</mark>").format(line[next_at : next_at + len(wanted)])]
        at = next_at + len(wanted)
    return Markup("").join([*pieces, escape(line[at:])])


def _told(view: JobView) -> str:
    summary = view.declared.summary if view.declared else ""
    return f"{view.name} {view.job.app} {summary or ''}".casefold()


def _named(wanted: str, snapshot: Snapshot) -> list[tuple[str, str]]:
    apps = [("apps", app.site.app) for app in snapshot.apps]
    queues = [("queues", queue.name) for queue in snapshot.queues]
    return [(kind, name) for kind, name in (*apps, *queues) if wanted in name.casefold()]
