"""The front end of a site: what it passes on, and what it answers itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from emulator.appservice.console import LogFile
from emulator.appservice.lifecycle import Condition, SiteState
from emulator.appservice.proxy import FrontProxy
from emulator.http import listen

Front = Callable[..., Awaitable[str]]
_CLIENTS_OWN = ("Accept-Encoding", "Content-Length", "X-Client-Port")


class FakeSupervisor:
    """A site in a given state."""

    def __init__(self, state: SiteState, port: int | None) -> None:
        self.condition = Condition(state=state, last_error="the app exited with code 1 <before> it answered")
        self.port = port

    async def wait_settled(self, _seconds: float) -> SiteState:
        return self.condition.state


async def backend_echo(request: web.Request) -> web.StreamResponse:
    if request.path == "/socket":
        socket = web.WebSocketResponse(protocols=["chat"])
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(f"{request.headers['X-Forwarded-Proto']} {message.data}")
        return socket
    if request.path == "/events":
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        await stream.write(b"data: 1\n\n")
        await stream.write(b"data: 2\n\n")
        return stream
    if request.path == "/gzip":
        return web.Response(body=b"\x1f\x8bnot really", headers={"Content-Encoding": "gzip", "Set-Cookie": "a=b"})
    if request.path == "/away":
        return web.Response(status=302, headers={"Location": "/elsewhere"})
    headers = sorted(f"{name}: {value}" for name, value in request.headers.items())
    return web.json_response({"method": request.method, "path": request.raw_path, "headers": headers})


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", backend_echo)
    backend = await listen(app, 0)
    backend_port = backend.addresses[0][1]
    runners = [backend]

    async def make(state: SiteState = SiteState.RUNNING, port: int | None = backend_port) -> str:
        console = LogFile(tmp_path, "ab", "default_docker")
        console.tail.append("<last words>")
        proxy = FrontProxy("shop", FakeSupervisor(state, port), console, patience=0)  # type: ignore[arg-type]
        runner = await listen(proxy.app(), 0)
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield make
    for runner in reversed(runners):
        await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


async def test_a_request_arrives_as_it_was_with_azures_headers(front: Front, client: aiohttp.ClientSession) -> None:
    url = await front()
    given = {
        "X-Forwarded-For": "10.0.0.1",
        "Connection": "X-Gone",
        "X-Gone": "1",
        "Accept": "text/x",
        "User-Agent": "me",
    }

    async with client.request("DELETE", f"{url}/a%2Fb?q=%20", headers=given) as response:
        answer = await response.json()

    headers = dict(line.split(": ", 1) for line in answer["headers"])
    peer = f"127.0.0.1:{headers['X-Client-Port']}"
    assert (answer["method"], answer["path"]) == ("DELETE", "/a%2Fb?q=%20")
    assert {name: value for name, value in headers.items() if name not in _CLIENTS_OWN} == {
        "Accept": "text/x",
        "DISGUISED-HOST": url.removeprefix("http://"),
        "Host": url.removeprefix("http://"),
        "User-Agent": "me",
        "WAS-DEFAULT-HOSTNAME": url.removeprefix("http://"),
        "X-Client-IP": "127.0.0.1",
        "X-Forwarded-For": f"10.0.0.1, {peer}",
        "X-Forwarded-Host": url.removeprefix("http://"),
        "X-Forwarded-Proto": "http",
        "X-Original-URL": "/a%2Fb?q=%20",
    }


async def test_answers_come_back_unchanged(front: Front, client: aiohttp.ClientSession) -> None:
    url = await front()

    async with client.get(f"{url}/gzip") as response:
        assert (await response.read(), response.headers["Content-Encoding"]) == (b"\x1f\x8bnot really", "gzip")
        assert response.headers["Set-Cookie"] == "a=b"
    async with client.get(f"{url}/away", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "/elsewhere")
    async with client.get(f"{url}/events") as response:
        assert await response.read() == b"data: 1\n\ndata: 2\n\n"
    async with client.head(f"{url}/x") as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_web_sockets_pass(front: Front, client: aiohttp.ClientSession) -> None:
    url = await front()

    async with client.ws_connect(f"{url}/socket", protocols=["chat"]) as socket:
        await socket.send_str("hello")
        assert (await socket.receive_str(), socket.protocol) == ("http hello", "chat")


async def test_a_blocked_site_says_why(front: Front, client: aiohttp.ClientSession) -> None:
    url = await front(SiteState.BLOCKED)

    async with client.get(url) as response:
        page = await response.text()

    assert (response.status, response.headers["Retry-After"], response.headers["Cache-Control"]) == (
        503,
        "2",
        "no-store",
    )
    assert "the app exited with code 1 &lt;before&gt; it answered" in page
    assert "&lt;last words&gt;" in page


async def test_an_app_that_has_just_gone_is_503(front: Front, client: aiohttp.ClientSession) -> None:
    url = await front(SiteState.RUNNING, 1)

    async with client.get(url) as response:
        assert response.status == 503


async def test_without_an_app_the_default_page_answers_everything(front: Front, client: aiohttp.ClientSession) -> None:
    url = await front(SiteState.RUNNING, None)

    async with client.get(f"{url}/robots933456.txt") as response:
        assert (response.status, "waiting for your content" in await response.text()) == (200, True)


async def test_a_whole_address_in_the_request_line_is_passed_on_as_its_path(front: Front) -> None:
    port = int((await front()).rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line = f"GET http://127.0.0.1:{port}/a%20b?c=%2F HTTP/1.1"
    writer.write(f"{line}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()

    assert answer.split()[1] == b"200"
    assert b'"path": "/a%20b?c=%2F"' in answer
