"""Calls into the storage services, against a small HTTPS server."""

import pytest
from aiohttp import web

from emulator.http import listen
from emulator.storage.client import Call, StorageClient
from emulator.storage.errors import StorageError


class Service:
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self):
        self.answers, self.requests = [], []

    async def handle(self, request):
        content = await request.read()
        self.requests.append((request.method, request.raw_path, dict(request.headers), content))
        answer = self.answers.pop(0)
        if answer is None:
            request.transport.abort()
            return web.Response()
        return answer


@pytest.fixture
async def service():
    return Service()


@pytest.fixture
async def client(service, certificate, ports):
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.handle)
    runner = await listen(app, ports.take("blob"), tls=certificate.server_context)

    async def available():
        pass

    client = StorageClient(
        certificate,
        root=lambda service: f"https://127.0.0.1:{ports.take(service)}",
        token=lambda: "token",
        available=available,
    )
    yield client
    await client.close()
    await runner.cleanup()


async def test_a_call_carries_token_version_and_encoded_path(service, client):
    service.answers = [web.Response(status=201)]

    await client.send(Call("blob", "PUT", "shop", "photos/a b/ü?.jpg", content=b"hi"), accept=(201,))

    method, path, headers, content = service.requests[0]
    assert (method, path, content) == ("PUT", "/shop/photos/a%20b/%C3%BC%3F.jpg", b"hi")
    assert headers["Authorization"] == "Bearer token"
    assert headers["x-ms-version"] == "2021-12-02"


async def test_a_file_is_sent_with_its_length(service, client, tmp_path):
    service.answers = [web.Response(status=201)]
    file = tmp_path / "package.zip"
    file.write_bytes(b"x" * 100_000)

    await client.send(Call("blob", "PUT", "shop", "p/package.zip", content=file), accept=(201,))

    _, _, headers, content = service.requests[0]
    assert (headers["Content-Length"], len(content)) == ("100000", 100_000)


async def test_a_broken_connection_is_tried_again(service, client):
    service.answers = [None, None, web.Response(status=200)]

    answer = await client.send(Call("blob", "GET", "shop"), accept=(200,))

    assert answer.status == 200


async def test_a_service_that_never_answers_is_an_error(service, client):
    service.answers = [None] * 20

    with pytest.raises(StorageError, match="storage: blob does not answer") as caught:
        await client.send(Call("blob", "GET", "shop"), accept=(200,))
    assert caught.value.status == 503


@pytest.mark.parametrize(
    "answer",
    [
        {"headers": {"x-ms-error-code": "InvalidResourceName"}},
        {"text": "<Error><Code>InvalidResourceName</Code></Error>"},
        {"text": '{"odata.error": {"code": "InvalidResourceName"}}'},
    ],
)
async def test_a_refusal_carries_status_and_code(service, client, answer):
    service.answers = [web.Response(status=400, **answer)]

    with pytest.raises(StorageError) as caught:
        await client.send(Call("blob", "PUT", "shop", "B_AD"), accept=(201,))

    assert str(caught.value) == "storage: PUT blob /shop/B_AD: answered 400 InvalidResourceName"
    assert (caught.value.status, caught.value.code) == (400, "InvalidResourceName")
