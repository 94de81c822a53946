"""`/api/hooks`: who is told of events (Kudu.Services/Hooks/WebHooksController.cs)."""

from collections.abc import Callable

from aiohttp import web

from emulator.webjobs import lenient_json
from emulator.webjobs.answers import answering
from emulator.webjobs.hooks import HookRefused, WebHook, WebHooks

HooksOf = Callable[[web.Request], WebHooks]


def routes(hooks_of: HooksOf) -> list[web.RouteDef]:
    """The routes, in both spellings."""

    async def list_hooks(request: web.Request) -> web.StreamResponse:
        return web.json_response([hook.to_json() for hook in hooks_of(request).all()])

    async def one(request: web.Request) -> web.StreamResponse:
        found = [hook for hook in hooks_of(request).all() if hook.id == request.match_info["id"]]
        return web.json_response(found[0].to_json()) if found else web.Response(status=404)

    async def subscribe(request: web.Request) -> web.StreamResponse:
        try:
            body = lenient_json.loads(await request.text())
            if not isinstance(body, dict):
                return web.Response(status=400, text="hook: not a JSON object; expected event and url")
            added = await hooks_of(request).subscribe(WebHook.of(body))
        except (ValueError, HookRefused) as error:
            return web.Response(status=400, text=f"hook: {error}")
        return web.json_response(added.to_json(), status=201)

    async def remove(request: web.Request) -> web.StreamResponse:
        await hooks_of(request).remove(request.match_info["id"])
        return web.Response()

    return [
        web.route(verb, root + path, answering(handler))
        for root in ("/api/hooks", "/hooks")
        for verb, path, handler in (
            ("GET", "", list_hooks),
            ("POST", "", subscribe),
            ("GET", "/{id}", one),
            ("DELETE", "/{id}", remove),
        )
    ]
