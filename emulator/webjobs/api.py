"""Kudu's REST paths for WebJobs, as aiohttp routes (Kudu.Services/Jobs/JobsController.cs).

Every path exists in Kudu's spellings: ``/api/triggeredwebjobs``, ``/api/triggeredjobs``, ``/jobs/triggered``
and ``/api/jobs/triggered``.
"""

import errno
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile

from aiohttp import web

from emulator import bodies
from emulator.files import is_plain_name
from emulator.webjobs import envelope, file_name, hooks_api, lenient_json
from emulator.webjobs.answers import answering, base_url, tagged
from emulator.webjobs.engine import Engine
from emulator.webjobs.errors import JobNotFound, UploadRefused
from emulator.webjobs.job import JobType
from emulator.webjobs.passthrough import VERBS, pass_through
from emulator.webjobs.swagger import document
from emulator.webjobs.views import JobView, TriggeredView, escaped, job_json, run_json

EngineOf = Callable[[web.Request], Engine]
Handler = Callable[[web.Request, JobType], Awaitable[web.StreamResponse]]


def routes(engine_of: EngineOf) -> list[web.RouteDef]:
    """All routes of the WebJobs API.

    Args:
        engine_of: the engine a request is for.
    """
    api = _Api(engine_of)
    found = [
        web.get(path, answering(partial(api.list_jobs, types=tuple(JobType))))
        for path in ("/api/webjobs", "/api/jobs", "/jobs")
    ]
    for kind in JobType:
        for prefix in (f"/api/{kind}webjobs", f"/api/{kind}jobs", f"/jobs/{kind}", f"/api/jobs/{kind}"):
            found += [
                web.route(verb, prefix + path, answering(partial(handler, type=kind)))
                for verb, path, handler in api.table(kind)
            ]
    found += [web.get(f"{root}/triggeredwebjobsswagger", answering(api.swagger)) for root in ("/api", "")]
    return [*found, *hooks_api.routes(lambda request: engine_of(request).hooks)]


class _Api:
    def __init__(self, engine_of: EngineOf) -> None:
        self._engine_of = engine_of

    def table(self, type: JobType) -> list[tuple[str, str, Callable[..., Awaitable[web.StreamResponse]]]]:
        """Verbs and paths of one type, relative to its prefix."""
        common = [
            ("GET", "", self._list_type),
            ("GET", "/{name}", self._get),
            ("PUT", "/{name}", self._put),
            ("DELETE", "/{name}", self._delete),
            ("GET", "/{name}/settings", self._settings),
            ("PUT", "/{name}/settings", self._put_settings),
        ]
        if type == JobType.CONTINUOUS:
            return [
                *common,
                ("POST", "/{name}/start", self._start),
                ("POST", "/{name}/stop", self._stop),
                *((verb, "/{name}/passthrough{path:(/.*)?}", self._pass_through) for verb in VERBS),
            ]
        return [
            *common,
            ("POST", "/{name}/run", self._run),
            ("GET", "/{name}/history", self._history),
            ("GET", "/{name}/history/{run}", self._run_info),
        ]

    async def list_jobs(self, request: web.Request, *, types: tuple[JobType, ...]) -> web.StreamResponse:
        """Jobs of these types, with an ETag over what changes about them."""
        engine = self._engine_of(request)
        body, essence = [], []
        async for view in engine.each(*types):
            body.append(job_json(view, base_url(request), engine.now))
            essence.append(_essence(view))
        answer = envelope.many(request, body) if envelope.is_arm(request) else body
        return tagged(request, answer, essence)

    async def swagger(self, request: web.Request) -> web.StreamResponse:
        """The triggered jobs as a Swagger document."""
        return web.json_response(document(view.name for view in self._engine_of(request).triggered_jobs()))

    async def _list_type(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        return await self.list_jobs(request, types=(type,))

    async def _get(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        engine = self._engine_of(request)
        find = engine.triggered if type == JobType.TRIGGERED else engine.continuous
        body = job_json(find(_name(request)), base_url(request), engine.now)
        return web.json_response(envelope.single(request, body))

    async def _put(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        if envelope.is_arm(request):
            return await self._put_through_arm(request, type)
        called = file_name.from_header(request.headers.get("Content-Disposition"))
        if not called:
            return web.Response(status=400, text="Missing Content-Disposition header.")
        engine = self._engine_of(request)
        with TemporaryDirectory() as folder:
            content = Path(folder, "upload")
            try:
                await bodies.receive(request, content)
                view = await engine.put(
                    _name(request),
                    type,
                    content,
                    file_name=called,
                    is_archive=request.content_type == "application/zip",
                )
            except bodies.BodyError as error:
                return web.Response(status=error.status, text=str(error))
            except BadZipFile as error:
                return web.Response(status=500, text=str(error))
        return web.json_response(job_json(view, base_url(request), engine.now))

    async def _delete(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        await self._engine_of(request).delete(_name(request), type)
        return web.Response()

    async def _settings(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        return web.json_response(dict(self._engine_of(request).settings(_name(request), type)))

    async def _put_settings(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        values = await _json_object(request, "settings")
        await self._engine_of(request).put_settings(_name(request), type, values)
        return web.Response()

    async def _put_through_arm(self, request: web.Request, type: JobType) -> web.StreamResponse:
        """Only the settings of a job that exists can be replaced by this way."""
        body = await _json_object(request, "body")
        match body:
            case {"properties": {"settings": dict() as values}}:
                await self._engine_of(request).put_settings(_name(request), type, values)
                return await self._get(request, type=type)
        return web.Response(status=400, text="body: has no properties.settings; expected an object there")

    async def _run(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        name = _name(request)
        trigger = f"External - {file_name.readable(request.headers.get('User-Agent', ''))}"
        try:
            run_id = await self._engine_of(request).run(name, _arguments(request), trigger)
        except OSError as error:
            if error.errno == errno.EROFS:
                return web.Response(status=503)
            raise
        location = f"{base_url(request)}/api/triggeredwebjobs/{escaped(name)}/history/{run_id}"
        status = 200 if envelope.is_arm(request) else 202
        return web.Response(status=status, headers={"Location": location})

    async def _history(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        engine = self._engine_of(request)
        runs = engine.history(_name(request))
        found = [run_json(run, base_url(request), engine.now) for run in runs]
        body = envelope.many(request, found) if envelope.is_arm(request) else {"runs": found}
        return tagged(request, body, [(run.id, run.status, str(run.end)) for run in runs[:1]])

    async def _run_info(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        engine = self._engine_of(request)
        run = engine.run_info(_name(request), request.match_info["run"])
        return web.json_response(envelope.single(request, run_json(run, base_url(request), engine.now)))

    async def _start(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        await self._engine_of(request).start_job(_name(request))
        return web.Response()

    async def _stop(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        await self._engine_of(request).stop_job(_name(request))
        return web.Response()

    async def _pass_through(self, request: web.Request, *, type: JobType) -> web.StreamResponse:
        return await pass_through(request, self._engine_of(request).passthrough_port(_name(request)))


def _name(request: web.Request) -> str:
    """The job's name; one that could lead outside its folder names no job."""
    name = request.match_info["name"]
    if not is_plain_name(name):
        raise JobNotFound(f"'{name}': is no name of a job; expected letters, digits, '-' and '_'")
    return name


def _arguments(request: web.Request) -> str:
    """What the job is to get; names in a query match in any case, as ASP.NET binds them."""
    return next((value for name, value in request.query.items() if name.lower() == "arguments"), "")


async def _json_object(request: web.Request, what: str) -> dict[str, Any] | None:
    """The body; none for an empty one or `null`.

    Raises:
        UploadRefused: it is something else.
    """
    text = lenient_json.decode(await request.read())
    try:
        values = lenient_json.loads(text) if text.strip() else None
    except ValueError as error:
        raise UploadRefused(f"{what}: {error}; expected a JSON object") from error
    if values is not None and not isinstance(values, dict):
        raise UploadRefused(f"{what}: not a JSON object; expected one, or null")
    return values


def _essence(view: JobView) -> tuple[Any, ...]:
    """What makes a list answer new: the job, and its latest run or its status."""
    if isinstance(view, TriggeredView):
        run = view.latest_run
        latest: Any = (run.id, run.status, str(run.end)) if run else None
    else:
        latest = getattr(view, "detailed_status", None)
    return view.name, view.run_command, view.error, latest
