"""One port for plain HTTP and HTTPS."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from emulator import tls
from emulator.http import listen


@pytest.fixture
def certificate(tmp_path):
    return tls.ensure(tmp_path, datetime.now(UTC))


@pytest.fixture
async def port(certificate):
    async def scheme(request):
        return web.Response(text=f"{request.scheme} {len(await request.read())}")

    app = web.Application()
    app.router.add_route("*", "/", scheme)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen = free.getsockname()[1]
    runner = await listen(app, chosen, tls=certificate.server_context, plain_too=True)
    yield chosen
    await runner.cleanup()


async def ask(port, scheme, context=None, **options):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{scheme}://127.0.0.1:{port}/", ssl=context or True, **options) as answer,
    ):
        return await answer.text()


async def test_each_client_is_answered_as_it_speaks(port, certificate):
    answers = await asyncio.gather(
        *(ask(port, "http", data=b"x" * 100_000) for _ in range(10)),
        *(ask(port, "https", certificate.client_context, data=b"x" * 100_000) for _ in range(10)),
    )

    assert answers == ["http 100000"] * 10 + ["https 100000"] * 10


async def test_a_client_that_does_not_know_the_authority_gets_nothing(port):
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await ask(port, "https", ssl.create_default_context())

    assert await ask(port, "http") == "http 0"


async def test_connections_that_say_nothing_or_go_at_once_do_not_stand_in_the_way(port):
    silent, gone = socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port))
    gone.close()

    assert await ask(port, "http") == "http 0"
    silent.close()


async def test_a_port_that_is_taken_is_refused(port, certificate):
    with pytest.raises(OSError, match="in use"):
        await listen(web.Application(), port, tls=certificate.server_context, plain_too=True)


async def test_a_stopped_server_lets_the_port_go(certificate):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen = free.getsockname()[1]
    for _ in range(2):
        runner = await listen(web.Application(), chosen, tls=certificate.server_context, plain_too=True)
        await runner.cleanup()

    with pytest.raises(aiohttp.ClientConnectorError):
        await ask(chosen, "http")
