"""JobHost's way to the service: through the proxy that the environment names, past it where it says so."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from jobhost import QueueError
from jobhost.storage_queue import StorageQueue

pytestmark = pytest.mark.integration

CONNECTION = "DefaultEndpointsProtocol=http;AccountName=shop;AccountKey=c2VjcmV0;QueueEndpoint=http://{}/shop;"
EMPTY = b'<?xml version="1.0"?><QueueMessagesList/>'


class Proxy(http.server.ThreadingHTTPServer):
    """Answers every request with an empty queue, and remembers what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answers(http.server.BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        self.server.asked.append(self.path.partition("?")[0])
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(EMPTY)))
        self.end_headers()
        self.wfile.write(EMPTY)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    made = Proxy()
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{made.server_address[1]}")
    yield made
    made.shutdown()
    made.server_close()


def test_queue_is_asked_through_the_proxy_of_the_environment(proxy: Proxy, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_PROXY", "localhost")
    queue = StorageQueue.from_connection_string(CONNECTION.format("queues.example:81"), "work")

    found = queue.receive(1, timedelta(seconds=30))

    assert (found, proxy.asked) == ([], ["http://queues.example:81/shop/work/messages"])


def test_host_that_no_proxy_names_is_asked_directly(proxy: Proxy, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    queue = StorageQueue.from_connection_string(CONNECTION.format("127.0.0.1:9"), "work")

    with pytest.raises(QueueError):
        queue.receive(1, timedelta(seconds=30))

    assert proxy.asked == []


def test_bundle_that_is_not_there_is_a_fault_that_names_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    queue = StorageQueue.from_connection_string(CONNECTION.format("127.0.0.1:9").replace("http:", "https:"), "work")

    with pytest.raises(QueueError, match=r"^work: \w+: Could not find a suitable TLS CA certificate bundle"):
        queue.receive(1, timedelta(seconds=30))
