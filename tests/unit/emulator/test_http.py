"""Every server: loopback names only, a token for changes, errors that say what to do."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from emulator import http
from emulator.errors import EmulatorError

TOKEN = "t0ken"


async def ok(request):
    return web.json_response({"method": request.method})


def accepts(token):
    if token == "reader":
        raise EmulatorError("The client 'c' does not have authorization to write.")
    return token == "jwt"


@pytest.fixture
async def client():
    app = web.Application(middlewares=[http.host_check, http.token_check(TOKEN, accepts=accepts)])
    app.router.add_route("*", "/", ok)
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
async def test_loopback_names_with_the_own_port_are_served(client, name):
    answer = await client.get("/", headers={"Host": f"{name}:{client.port}"})

    assert answer.status == 200


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "a@127.0.0.1:{port}", "127.0.0.1:x", ""]
)
async def test_any_other_host_is_misdirected(client, host):
    answer = await client.get("/", headers={"Host": host.format(port=client.port)})

    assert answer.status == 421
    assert (await answer.json())["error"]["code"] == "MisdirectedRequest"


@pytest.mark.parametrize(
    ("method", "authorization", "status"),
    [
        ("GET", None, 200),
        ("HEAD", None, 200),
        ("POST", None, 401),
        ("DELETE", f"Bearer {TOKEN}", 200),
        ("PUT", f"bearer {TOKEN}", 200),
        ("POST", "Bearer jwt", 200),
        ("POST", "Bearer other", 401),
        ("POST", "Bearer t0kén", 401),
        ("POST", f"Basic {TOKEN}", 401),
        ("OPTIONS", None, 401),
    ],
)
async def test_changes_need_the_token(client, method, authorization, status):
    headers = {"Authorization": authorization} if authorization else {}

    answer = await client.request(method, "/", headers=headers)

    assert answer.status == status
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


async def test_a_good_token_whose_bearer_may_not_is_forbidden(client):
    answer = await client.post("/", headers={"Authorization": "Bearer reader"})

    assert answer.status == 403
    assert await answer.json() == {
        "error": {"code": "AuthorizationFailed", "message": "The client 'c' does not have authorization to write."}
    }


@pytest.mark.parametrize(("name", "status"), [("127.0.0.1:{port}", 200), ("evil.example", 421), ("127.0.0.1:1", 421)])
async def test_a_whole_address_in_the_request_line_counts_as_the_host(client, name, status):
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    url = f"http://{name.format(port=client.port)}/"
    writer.write(f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()

    assert int(answer.split()[1]) == status


async def test_the_refusal_says_where_the_token_is(client):
    answer = await client.post("/")

    assert await answer.json() == {
        "error": {
            "code": "AuthenticationFailed",
            "message": "POST /: no bearer token; send 'Authorization: Bearer <token>' with the text of .oneplan/token",
        }
    }


async def test_reads_may_be_closed_too():
    app = web.Application(middlewares=[http.token_check(TOKEN, reads_open=False)])
    app.router.add_get("/", ok)
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/")).status == 401


async def test_a_port_in_use_is_an_error_that_leaves_nothing_open(unused_tcp_port_factory):
    port = unused_tcp_port_factory()
    runner = await http.listen(web.Application(), port)
    try:
        with pytest.raises(OSError, match="address already in use"):
            await http.listen(web.Application(), port)
    finally:
        await runner.cleanup()
