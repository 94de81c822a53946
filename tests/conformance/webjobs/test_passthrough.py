"""Requests passed through to a continuous job: webjobs-semantics 9.2, kudu-test-facts U3."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from emulator.webjobs.api import routes
from emulator.webjobs.passthrough import Forwarded, forwarded


def test_request_keeps_all_but_its_host():
    """U3."""
    made = forwarded("PUT", "path/to/webjob/function", "", {"key": "value", "HOST": "example.com"}, 4567)

    assert made == Forwarded("PUT", "http://127.0.0.1:4567/path/to/webjob/function", {"key": "value"}, has_body=True)


async def echo(request):
    return web.json_response(
        {
            "method": request.method,
            "path": request.path_qs,
            "key": request.headers.get("key"),
            "token": request.headers.get("Authorization"),
            "length": request.headers.get("Content-Length"),
            "body": await request.text(),
        },
        status=207,
        headers={"Answered-By": "job"},
    )


@pytest.fixture
async def client(world):
    app = web.Application()
    app.add_routes(routes(lambda request: world.engine))
    async with TestClient(TestServer(app)) as made:
        yield made


async def test_request_reaches_the_job_and_its_answer_comes_back(world, client):
    """9.2: verb, path, query, headers and body; the token stays here."""
    world.job("continuous/loop")
    engine = await world.start()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", echo)
    async with TestServer(app) as job:
        engine._continuous._runners["loop"].port = job.port

        answer = await client.put(
            "/api/continuouswebjobs/loop/passthrough/a/b%20c?x=1",
            data=b"hello",
            headers={"key": "value", "Authorization": "Bearer secret"},
        )
        body = await answer.json()

    assert (answer.status, answer.headers["Answered-By"]) == (207, "job")
    assert body == {
        "method": "PUT",
        "path": "/a/b%20c?x=1",
        "key": "value",
        "token": None,
        "length": "5",
        "body": "hello",
    }


@pytest.mark.parametrize("name", ["loop", "nothing"])
async def test_any_error_is_404(world, client, name):
    """9.2: nobody listens on the port, or there is no such job."""
    world.job("continuous/loop")
    await world.start()

    assert (await client.get(f"/api/continuouswebjobs/{name}/passthrough/x")).status == 404
