"""The web server: routes, and the thread-bound client behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from aiohttp import web

from oneplan.dashboard import assets, logs, timeline
from oneplan.dashboard.access import Access
from oneplan.dashboard.actions import DONE, Actions
from oneplan.dashboard.live import LAZIEST_SECONDS, Live, Parts, Render, pause
from oneplan.dashboard.pages import FIRST_ROWS, MORE_ROWS, Pages, shape
from oneplan.dashboard.queue_page import QueuePage
from oneplan.dashboard.search_page import SearchPage
from oneplan.dashboard.snapshot import Collector, JobView, Snapshot, is_whole, utc_now
from oneplan.dashboard.timeline_page import TimelinePage
from oneplan.errors import JobBusyError, OneplanError
from oneplan.manifest import explain
from oneplan.operate import Plane, continuous_log, run_log
from oneplan.operate.arguments import ArgumentsError

_TITLES = {
    400: "This cannot be right",
    404: "This is not here",
    409: "Not now",
    413: "This is too large",
    502: "This was refused",
}
_REMEMBERED = 16
_DIGITS = 7
MOST_BYTES = 256 * 1024
"""Of a form; a message of a queue has 64 KB at most."""


def application(plane: Plane, access: Access, now: Callable[[], datetime] = utc_now) -> web.Application:
    """Returns the dashboard of one stack."""
    dashboard = _Dashboard(plane, access, now)
    made = web.Application(middlewares=[access.check, dashboard.told], client_max_size=MOST_BYTES)
    made.add_routes(dashboard.routes())
    made.on_shutdown.append(dashboard.close)
    return made


async def serve(plane: Plane, *, port: int, ready: Callable[[str], None], end: asyncio.Event) -> None:
    """Serves until it is cancelled or told to end.

    `ready` is told the address, token included. Raises OSError for a taken port.
    """
    runner: web.AppRunner | None = None
    try:
        access, runner, site = await _listening(plane, port)
        ready(f"http://127.0.0.1:{site}/?token={access.token}")
        await end.wait()
    finally:
        if runner is not None:
            await runner.cleanup()


async def _listening(plane: Plane, port: int) -> tuple[Access, web.AppRunner, int]:
    import socket

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    bound = int(listener.getsockname()[1])
    access = Access(frozenset({f"127.0.0.1:{bound}", f"localhost:{bound}"}))
    runner = web.AppRunner(application(plane, access), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    return access, runner, bound


class _Dashboard:
    def __init__(self, plane: Plane, access: Access, now: Callable[[], datetime]) -> None:
        self._plane = plane
        self._pages = Pages(plane, access.proof)
        self._live = Live(Collector(plane, now).take, self._pages.overview, pause, plane.changes)
        self._shown: dict[str, Parts] = {}
        self._loads = 0
        self._actions = Actions(plane, self._live.refreshed)
        self._queues = QueuePage(plane, self._pages, self._actions, now)
        self._timeline = TimelinePage(self._live, self._pages)
        self._search = SearchPage(plane, self._live, self._pages)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.overview),
            web.get("/jobs/{job}", self.job),
            web.get("/jobs/{job}/events", self.job_events),
            web.get("/jobs/{job}/log", self.job_log),
            web.get("/jobs/{job}/runs/{run}", self.run),
            web.get("/jobs/{job}/runs/{run}/events", self.run_events),
            web.get("/jobs/{job}/runs/{run}/log", self.run_log),
            web.get("/apps/{app}", self.app),
            web.get("/apps/{app}/log", self.app_log),
            web.get("/events", self.events),
            web.get("/rows", self.rows),
            web.get("/static/{digest}/{name}", assets.answer),
            *self._timeline.routes(),
            *self._search.routes(),
            *self._queues.routes(),
            *self._actions.routes(),
        ]

    async def close(self, _: web.Application) -> None:
        await self._live.close()
        await self._queues.close()

    @web.middleware
    async def told(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        """A refusal as a page with its words, never a traceback."""
        try:
            response: web.StreamResponse = await handler(request)
        except ArgumentsError as error:
            return self._refusal(request, 400, str(error))
        except JobBusyError as error:
            return self._refusal(request, 409, str(error))
        except OneplanError as error:
            return self._refusal(request, 502, str(error))
        except web.HTTPError as error:
            return self._refusal(request, error.status, error.text or error.reason)
        return response

    def _refusal(self, request: web.Request, status: int, message: str) -> web.Response:
        title = _TITLES.get(status, "This did not work")
        page = self._pages.page("error", title=title, message=message, back=_place_before(request.path))
        return web.Response(text=page, status=status, content_type="text/html")

    async def overview(self, request: web.Request) -> web.Response:
        snapshot = await self._live.snapshot(LAZIEST_SECONDS)  # its stream tells at once what is new since
        html = self._pages.overview(snapshot)
        version = self._remember(html)
        count = None if "all" in request.query else FIRST_ROWS
        shown = {
            "rows": self._pages.rows(html, 0, count),
            "more": count if count is not None and len(snapshot.jobs) > count else 0,
        }
        named = {"html": html, "version": version, **shape(snapshot)}
        return self._html("overview", snapshot=snapshot, now=snapshot.at, **named, **shown)

    async def rows(self, request: web.Request) -> web.Response:
        """Rows that a page did not show at once, as they were when it was made; none after the last."""
        first = request.query.get("from", "")
        if not (first.isascii() and first.isdigit() and len(first) < _DIGITS):
            raise web.HTTPBadRequest(text="from: must be the number of rows that are there already")
        html = self._shown.get(request.query.get("since", "")) or self._pages.overview(await self._live.snapshot())
        return web.Response(text=self._pages.rows(html, int(first), MORE_ROWS), content_type="text/html")

    def _remember(self, html: Parts) -> str:
        """Keeps what a page showed under a name, so that its stream need not send all of it again."""
        self._loads += 1
        version = str(self._loads)
        self._shown[version] = html
        for old in list(self._shown)[:-_REMEMBERED]:
            del self._shown[old]
        return version

    async def job(self, request: web.Request) -> web.Response:
        snapshot, view = await self._job(request)
        settings = await self._settings("job", view.name) if view.declared else {"settings": (), "settings_problem": ""}
        following = timeline.following(view, snapshot.at, self._plane.zone)
        said = DONE.get(request.query.get("done", ""), "")
        return self._html("job", view=view, now=snapshot.at, following=following, said=said, **settings)

    async def _settings(self, kind: str, name: str) -> dict[str, Any]:
        """What holds for a job or an app, and which file says so; while the files have problems, that they have."""
        manifest = self._plane.manifest
        try:
            found = await asyncio.to_thread(explain, manifest.root, manifest.stack, kind, name)
        except OneplanError:
            return {"settings": (), "settings_problem": "The manifest has problems now; oneplan validate lists them."}
        return {"settings": found, "settings_problem": ""}

    async def run(self, request: web.Request) -> web.Response:
        snapshot, view = await self._job(request)
        run = next((run for run in view.runs if run.id == request.match_info["run"]), None)
        if run is None:
            raise web.HTTPNotFound(text=f"job {view.name}: has no such run any more")
        return self._html("run", view=view, run=run, now=snapshot.at)

    async def app(self, request: web.Request) -> web.Response:
        snapshot = await self._live.snapshot()
        name = request.match_info["app"]
        view = next((view for view in snapshot.apps if view.site.app == name), None)
        if view is None:
            raise web.HTTPNotFound(text=f"app {name}: is not deployed; run `oneplan up`")
        state = await asyncio.to_thread(self._plane.scm(view.site).state)
        jobs = [job for job in snapshot.jobs if job.job.app == name]
        declared = self._plane.manifest.apps.get(name)
        settings = await self._settings("app", name) if declared else {"settings": (), "settings_problem": ""}
        said = DONE.get(request.query.get("done", ""), "")
        return self._html(
            "app", view=view, state=state, jobs=jobs, now=snapshot.at, declared=declared, said=said, **settings
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        return await self._stream(request, self._pages.overview, self._shown.get(request.query.get("since", "")))

    async def job_events(self, request: web.Request) -> web.StreamResponse:
        _, view = await self._job(request)
        return await self._stream(request, partial(self._pages.job, view.name))

    async def run_events(self, request: web.Request) -> web.StreamResponse:
        _, view = await self._job(request)
        return await self._stream(request, partial(self._pages.run, view.name, request.match_info["run"]))

    async def _stream(self, request: web.Request, render: Render, known: Parts | None = None) -> web.StreamResponse:
        return await logs.parts(request, self._live.changes(render, known))

    async def run_log(self, request: web.Request) -> web.StreamResponse:
        _, view = await self._job(request)
        site, job = await asyncio.to_thread(self._plane.find, view.name)
        scm, run = self._plane.scm(site), request.match_info["run"]
        return await logs.send(request, lambda sleep: run_log(scm, job.name, run, follow=True, sleep=sleep))

    async def job_log(self, request: web.Request) -> web.StreamResponse:
        _, view = await self._job(request)
        site, job = await asyncio.to_thread(self._plane.find, view.name)
        scm, url = self._plane.scm(site), job.log_url
        if not url:
            raise web.HTTPNotFound(text=f"job {view.name}: has a log for each run, none of its own")
        return await logs.send(request, lambda sleep: continuous_log(scm, url, follow=True, sleep=sleep))

    async def app_log(self, request: web.Request) -> web.StreamResponse:
        snapshot = await self._live.snapshot()
        view = next((view for view in snapshot.apps if view.site.app == request.match_info["app"]), None)
        if view is None:
            raise web.HTTPNotFound(text="this app is not deployed")
        scm = self._plane.scm(view.site)
        found = await asyncio.to_thread(scm.console_logs)
        if not found:
            raise web.HTTPNotFound(text=f"app {view.site.app}: has no log yet")
        return await logs.send(request, lambda sleep: continuous_log(scm, found[0], follow=True, sleep=sleep))

    async def _job(self, request: web.Request) -> tuple[Snapshot, JobView]:
        snapshot, name = await self._live.whole(is_whole), request.match_info["job"]
        view = snapshot.job(name)
        if view is None:
            raise web.HTTPNotFound(text=f"job {name}: is not deployed; run `oneplan up`")
        return snapshot, view

    def _html(self, template: str, /, **values: Any) -> web.Response:
        return web.Response(text=self._pages.page(template, **values), content_type="text/html")


def _place_before(path: str) -> str:
    """The page an action belongs to: `/jobs/x` for `/jobs/x/run`."""
    words = [word for word in path.split("/") if word]
    is_a_part = len(words) > 2 and words[0] in ("jobs", "queues", "apps")
    return f"/{quote(words[0])}/{quote(words[1], safe='')}" if is_a_part else "/"
