"""What can be done from the pages: the same as from the command line, with the same refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web

from oneplan.dashboard.snapshot import Snapshot
from oneplan.errors import OperateError
from oneplan.operate import Job, Plane, Site
from oneplan.operate.arguments import command_line, from_fields
from oneplan.operate.messages import encode
from oneplan.operate.queues import Queues

DONE = {
    "start": "It is told to start.",
    "stop": "It is told to stop.",
    "enable": "It has its schedule back.",
    "disable": "It has no schedule until you give it back, or deploy.",
    "send": "The message is on the queue.",
    "requeue": "The messages are back on their queue.",
    "purge": "The messages are deleted.",
    "restart": "It restarts.",
}
"""What is said after a change, by the word in the address: nothing else from an address is ever shown."""

Refreshed = Callable[[], Awaitable[Snapshot]]


class Actions:
    """Forms of the pages; each answers with the page to see next."""

    def __init__(self, plane: Plane, refreshed: Refreshed) -> None:
        self._plane = plane
        self._refreshed = refreshed

    def routes(self) -> list[web.RouteDef]:
        """Returns the routes that change something."""
        return [
            web.post("/jobs/{job}/run", self.run),
            web.post("/jobs/{job}/{action:start|stop|enable|disable}", self.switch),
            web.post("/queues/{queue}/send", self.send),
            web.post("/queues/{queue}/requeue", self.requeue),
            web.post("/queues/{queue}/purge", self.purge),
            web.post("/apps/{app}/restart", self.restart),
        ]

    async def run(self, request: web.Request) -> web.Response:
        """Starts a run and shows its log."""
        form = await request.post()
        arguments = self._arguments(request.match_info["job"], {k: str(v) for k, v in form.items()})
        site, job = await asyncio.to_thread(self._plane.find, request.match_info["job"])
        run = await asyncio.to_thread(self._plane.run, site, job, arguments)
        await self._refreshed()
        raise web.HTTPSeeOther(f"/jobs/{quote(job.name)}/runs/{quote(run)}")

    async def switch(self, request: web.Request) -> web.Response:
        """Starts or stops a continuous job; takes a scheduled one's schedule away, or gives it back."""
        action = request.match_info["action"]
        site, job = await asyncio.to_thread(self._plane.find, request.match_info["job"])
        await asyncio.to_thread(self._doing(action), site, job)
        await self._refreshed()
        raise web.HTTPSeeOther(f"/jobs/{quote(job.name)}?done={action}")

    def _doing(self, action: str) -> Callable[[Site, Job], object]:
        plane = self._plane
        return {
            "start": lambda site, job: plane.switch(site, job, "start"),
            "stop": lambda site, job: plane.switch(site, job, "stop"),
            "enable": plane.enable,
            "disable": plane.disable,
        }[action]

    async def send(self, request: web.Request) -> web.Response:
        """Puts a message on a queue."""
        form, name = await request.post(), self.known_queue(request)
        declared = self._plane.manifest.queues.get(name)
        service = await asyncio.to_thread(self.service)
        keep = declared.keep if declared else None
        await asyncio.to_thread(service.send, name, encode(str(form.get("body", ""))), keep=keep)
        raise web.HTTPSeeOther(f"/queues/{quote(name)}?done=send")

    async def requeue(self, request: web.Request) -> web.Response:
        """Moves poison messages back."""
        name = self.known_queue(request)
        queue = next(q for q in self._plane.manifest.queues.values() if name in (q.name, q.poison))
        service = await asyncio.to_thread(self.service)
        await asyncio.to_thread(service.move, queue.poison, queue.name, keep=queue.keep)
        raise web.HTTPSeeOther(f"/queues/{queue.name}?done=requeue")

    async def purge(self, request: web.Request) -> web.Response:
        """Deletes every message, when the queue's name was written out."""
        form, name = await request.post(), self.known_queue(request)
        if form.get("confirm") != name:
            raise web.HTTPBadRequest(text=f"nothing was deleted; write {name} into the field to delete its messages")
        service = await asyncio.to_thread(self.service)
        await asyncio.to_thread(service.clear, name)
        raise web.HTTPSeeOther(f"/queues/{quote(name)}?done=purge")

    async def restart(self, request: web.Request) -> web.Response:
        """Restarts an app."""
        name = request.match_info["app"]
        site = next((site for site in await asyncio.to_thread(self._plane.sites) if site.app == name), None)
        if site is None:
            raise web.HTTPNotFound(text=f"app {name}: is not deployed")
        await asyncio.to_thread(self._plane.restart, site)
        await self._refreshed()
        raise web.HTTPSeeOther(f"/apps/{quote(name)}?done=restart")

    def known_queue(self, request: web.Request) -> str:
        """Returns the queue of the address; raises HTTPNotFound for one that the manifest does not have."""
        name = request.match_info["queue"]
        if name not in self._plane.queue_names():
            raise web.HTTPNotFound(text=f"queue {name}: is not one of the manifest")
        return name

    def service(self) -> Queues:
        """Returns the queue service; raises OperateError before it is deployed."""
        found = self._plane.queue_service()
        if found is None:
            raise OperateError("queues: are not deployed; run `oneplan up`")
        return found

    def _arguments(self, name: str, form: dict[str, str]) -> str:
        """The command line of a run: typed arguments from their fields, or one free text; raises ArgumentsError."""
        declared = self._plane.manifest.jobs.get(name)
        if declared is None or not declared.arguments:
            return form.get("arguments", "")
        fields = {name.removeprefix("argument-"): value for name, value in form.items()}
        return command_line(name, declared.arguments, from_fields(declared.arguments, fields))
