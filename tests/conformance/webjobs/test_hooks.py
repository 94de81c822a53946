"""Web hooks on finished runs and the Swagger document: webjobs-semantics 7.2 and 9.2."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from emulator.webjobs import JobConflict
from emulator.webjobs.api import routes
from emulator.webjobs.hooks import RUN_FINISHED, HookRefused, WebHook, WebHooks
from emulator.webjobs.testing import settle

ADDRESS = "http://listener.example/hook"


class Listener:
    """Takes what is posted."""

    def __init__(self, status=200):
        self.status, self.got = status, []

    async def post(self, hook, body):
        if self.status is None:
            raise OSError("nobody there")
        self.got.append((hook.url, json.loads(body)))
        return self.status, "OK"


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def hooks(world, listener):
    return WebHooks(world.home / "site/deployments", clock=world.clock, post=listener.post)


async def test_finished_run_is_told_to_subscribers_once(world, listener):
    """7.2, F09: the run's JSON, without nulls."""
    world.job("triggered/once")
    engine = await world.start(HTTP_HOST="scm.example")
    engine.hooks._post = listener.post
    await engine.hooks.subscribe(WebHook(RUN_FINISHED, ADDRESS))
    await engine.hooks.subscribe(WebHook("PostDeployment", f"{ADDRESS}/2"))

    run = await engine.run("once")
    await settle()
    await world.finish(0)

    data = "http://scm.example/vfs/data/jobs/triggered/once"
    ((address, body),) = listener.got
    assert (address, body["id"], body["status"], body["trigger"]) == (ADDRESS, run, "Success", "External")
    assert body["output_url"] == f"{data}/{run}/output_log.txt"
    assert "error_url" not in body
    assert [hook.last_status for hook in engine.hooks.all()] == ["200", None]


async def test_the_same_address_is_subscribed_once_and_to_one_event(hooks):
    """7.2: Kudu's manager returns the existing hook, or refuses another event."""
    first = await hooks.subscribe(WebHook(RUN_FINISHED, ADDRESS))
    again = await hooks.subscribe(WebHook(RUN_FINISHED.lower(), ADDRESS.upper()))

    with pytest.raises(JobConflict):
        await hooks.subscribe(WebHook("PostDeployment", ADDRESS))

    assert first == again
    assert [hook.to_json() for hook in hooks.all()] == [{"event": RUN_FINISHED, "url": ADDRESS, "id": first.id}]


@pytest.mark.parametrize(("status", "left"), [(410, 0), (500, 1), (None, 1)])
async def test_listener_that_is_gone_is_dropped_and_a_failing_one_kept(hooks, listener, status, left):
    """7.2: 410 removes the hook; anything else is noted."""
    await hooks.subscribe(WebHook(RUN_FINISHED, ADDRESS))
    listener.status = status

    await hooks.publish(RUN_FINISHED, {"id": "1"})

    assert len(hooks.all()) == left
    assert [hook.last_status for hook in hooks.all()] == [str(status or "Failure")][:left]


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://x/", "http://", "file:///etc/passwd", "http://[", None])
def test_hook_needs_an_address_over_http(url):
    with pytest.raises(HookRefused):
        WebHook.of({"event": RUN_FINISHED, "url": url})


async def test_broken_file_counts_as_no_subscription(hooks, world):
    folder = world.home / "site/deployments"
    folder.mkdir(parents=True)
    for text in ("{", "1", '["x"]', '[{"url": 1}]'):
        (folder / "hooks").write_text(text)

        assert hooks.all() == []


@pytest.fixture
async def client(world):
    app = web.Application()
    app.add_routes(routes(lambda request: world.engine))
    world.make_engine()
    async with TestClient(TestServer(app)) as made:
        yield made


async def test_hooks_are_kept_over_http(client):
    """7.2: WebHooksController: 201 with the hook, 200, 404."""
    added = await client.post("/api/hooks", json={"event": RUN_FINISHED, "url": ADDRESS})
    hook = await added.json()

    assert added.status == 201
    assert await (await client.get("/api/hooks")).json() == [hook]
    assert await (await client.get(f"/api/hooks/{hook['id']}")).json() == hook
    assert (await client.delete(f"/api/hooks/{hook['id']}")).status == 200
    assert (await client.get(f"/api/hooks/{hook['id']}")).status == 404
    assert (await client.post("/api/hooks", data="[1]")).status == 400


async def test_swagger_has_one_post_a_job(world, client):
    """9.2: /api/triggeredwebjobsswagger."""
    world.job("triggered/once")

    document = await (await client.get("/api/triggeredwebjobsswagger")).json()

    assert (document["swagger"], document["host"], list(document["paths"])) == (
        "2.0",
        "placeHolder",
        ["/api/triggeredjobs/once/run"],
    )
    (parameter,) = document["paths"]["/api/triggeredjobs/once/run"]["post"]["parameters"]
    assert (parameter["name"], parameter["in"]) == ("arguments", "query")
