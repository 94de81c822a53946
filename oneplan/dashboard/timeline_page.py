"""The timeline's page: which time and which jobs it shows, and what changes on it while it is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from oneplan.dashboard import logs, timeline
from oneplan.dashboard.live import Live, Parts
from oneplan.dashboard.pages import Pages
from oneplan.dashboard.snapshot import JobView, Snapshot, is_whole
from oneplan.dashboard.timeline import Lane, Span

SPANS = (1, 6, 24, 72, 168)
"""Hours that can be chosen; such a span moves with the clock."""
MOST_LANES = 200
"""More jobs than this are found by name."""
_YEARS = range(2000, 2100)
_SHORTEST, _LONGEST = timedelta(minutes=2), timedelta(days=28)


@dataclass(frozen=True)
class Window:
    """What the address asks for."""

    hours: int | None
    """A span that moves with the clock; None for one that stands still."""
    fixed: Span | None
    find: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Window:
        """Returns what is asked for, 24 hours where that makes no sense."""
        find = query.get("find", "").strip()
        start, end = _moment(query.get("from", "")), _moment(query.get("to", ""))
        if start and end and _SHORTEST <= end - start <= _LONGEST:
            return cls(None, Span(start, end), find)
        hours = query.get("hours", "")
        return cls(int(hours) if hours in {str(one) for one in SPANS} else 24, None, find)

    def span(self, now: datetime) -> Span:
        """Returns the time it shows at a moment."""
        return self.fixed or timeline.around(now, self.hours or 24)

    def address(self, span: Span | None = None) -> str:
        """Returns the query of this window, or of the same jobs at another time."""
        shown = span or self.fixed
        words = {"from": _text(shown.start), "to": _text(shown.end)} if shown else {"hours": str(self.hours)}
        return urlencode(words | ({"find": self.find} if self.find else {}))

    def steps(self, now: datetime) -> dict[str, str]:
        """Returns where earlier, later, nearer and farther are; without those that would go too far."""
        span = self.span(now)
        middle, half = span.start + span.length / 2, span.length / 2
        found = {"Earlier": span.moved(-half), "Later": span.moved(half)}
        if half >= _SHORTEST:
            found["Zoom in"] = Span(middle - half / 2, middle + half / 2)
        if span.length * 2 <= _LONGEST:
            found["Zoom out"] = Span(middle - 2 * half, middle + 2 * half)
        return {name: self.address(step) for name, step in found.items()}


class TimelinePage:
    """The page and its news."""

    def __init__(self, live: Live[Snapshot], pages: Pages) -> None:
        self._live = live
        self._pages = pages
        self._drawn: dict[str, tuple[JobView, Span, Lane, str]] = {}

    def routes(self) -> list[web.RouteDef]:
        """Returns its routes."""
        return [web.get("/timeline", self.page), web.get("/timeline/events", self.events)]

    async def page(self, request: web.Request) -> web.Response:
        """Returns the whole page."""
        snapshot, window = await self._live.whole(is_whole), Window.of(request.query)
        span, found = window.span(snapshot.at), _matching(snapshot, window.find)
        parts = self.parts(window, snapshot)
        lanes = [(view, parts[f"lane-{view.name}"]) for view in found if f"lane-{view.name}" in parts]
        html = self._pages.page(
            "timeline",
            now=snapshot.at,
            window=window,
            steps=window.steps(snapshot.at),
            spans=SPANS,
            span=span,
            lanes=lanes,
            clock=parts["clock"],
            shape=parts["shape"],
            unshown=max(len(found) - MOST_LANES, 0),
            said="",
        )
        return web.Response(text=html, content_type="text/html")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tells what changes."""
        window = Window.of(request.query)
        return await logs.parts(request, self._live.changes(partial(self.parts, window)))

    def parts(self, window: Window, snapshot: Snapshot) -> Parts:
        """Returns the changing parts: the clock, a lane for each job, and a word for which lanes there are."""
        span, made, draw = window.span(snapshot.at), dict[str, str](), self._pages.macros(snapshot.at)
        for view in _matching(snapshot, window.find)[:MOST_LANES]:
            lane, html = self._lane(view, span, snapshot, draw)
            if lane.marks:
                made[f"lane-{view.name}"] = html
        names = " ".join(made)
        made["clock"] = str(draw.timeline_clock(timeline.axis(span, self._pages.zone), span))
        return {**made, "shape": sha256(names.encode()).hexdigest()[:12]}

    def _lane(self, view: JobView, span: Span, snapshot: Snapshot, draw: Any) -> tuple[Lane, str]:
        """A lane, drawn anew only when it shows something else."""
        known = self._drawn.get(view.name)
        if known is None or known[1] != span or known[0] != view:
            lane = timeline.lane(view, span, snapshot.at, self._pages.zone)
            html = str(draw.timeline_lane(lane, span)) if lane.marks else ""
            known = self._drawn[view.name] = (view, span, lane, html)
        return known[2], known[3]


def _matching(snapshot: Snapshot, find: str) -> list[JobView]:
    words = find.lower().split()
    jobs = (view for view in snapshot.jobs if view.job.type == "triggered")
    return [view for view in jobs if all(word in f"{view.name} {view.job.app}".lower() for word in words)]


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    known = found.year in _YEARS
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) if known else None


def _text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
