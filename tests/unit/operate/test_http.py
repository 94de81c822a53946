"""The small HTTP client."""

import socket

import pytest

from oneplan.errors import OperateError
from oneplan.operate.http import Http, Response, UnreachableError
from oneplan.operate.refusal import error_from
from oneplan.operate.testing.server import Reply, Server


@pytest.fixture
def http():
    client = Http()
    yield client
    client.close()


def test_one_connection_serves_many_requests(http: Http):
    ports = []
    server = Server(lambda _: Reply(body=b"hello"))
    for _ in range(3):
        assert http.request("GET", f"http://{server.host}/a").text == "hello"
        ports.append(next(iter(http._idle.values()))[0].sock.getsockname()[1])
    server.close()

    assert len(set(ports)) == 1


def test_an_idle_connection_that_the_server_closed_is_opened_anew(http: Http):
    server = Server(lambda _: Reply(body=b"hello"))
    http.request("GET", f"http://{server.host}/a")
    next(iter(http._idle.values()))[0].sock.shutdown(socket.SHUT_RDWR)

    assert http.request("GET", f"http://{server.host}/a").text == "hello"
    server.close()


def test_nobody_listening_is_one_clear_error_without_the_query(http: Http):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(UnreachableError) as error:
        http.request("GET", f"http://127.0.0.1:{port}/path?sig=secret")

    assert str(error.value) == f"http://127.0.0.1:{port}/path: does not answer (connection refused)"


def test_an_answer_that_is_not_json_is_said():
    with pytest.raises(OperateError) as error:
        Response("http://host/a?b", 200, {}, b"<html>").json()

    assert str(error.value) == "http://host/a: the answer is not JSON ('<html>')"


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (404, b'{"error": {"code": "NotFound", "message": "No such site."}}', "job x: No such site."),
        (409, b"The WebJob is busy.\nMore", "job x: The WebJob is busy."),
        (500, b'{"Message": "An error.", "ExceptionMessage": "Disk full."}', "job x: Disk full."),
        (404, b"\"No route registered for '/api'\"", "job x: No route registered for '/api'"),
        (502, b"<html>Bad gateway</html>", "job x: host answered 502"),
        (
            403,
            b'{"error": {"message": "No."}}',
            "job x: No. (not allowed; the signed-in user lacks a role on this resource)",
        ),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(status: int, body: bytes, message: str):
    assert str(error_from(Response("https://host/a", status, {}, body), "job x")) == message
