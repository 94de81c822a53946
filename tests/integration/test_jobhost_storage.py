"""JobHost against the real storage emulator: killed processes, a service that goes away or answers nonsense."""

from __future__ import annotations

import base64
import http.client
import http.server
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.queue import QueueClient

from jobhost import LeaseLost, Message, StartError
from jobhost.storage import AzureStorage
from jobhost.storage_blobs import StorageBlobs
from jobhost.storage_queue import StorageQueue
from tests.integration.azurite import PATIENCE_SECONDS, ROOT, Run, Service, host_of, until

pytestmark = pytest.mark.integration

KILLS, MESSAGES = 4, 60
READ_SECONDS = 1
"""How long clients behind the proxy wait for an answer."""

WORKER = """
import os, random, sys, time
from jobhost import JobHost, Message
host = JobHost(grace=5, max_poll=0.1)
done = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

@host.queue("work", concurrency=16, lease="2s", max_attempts=50, max_deliveries=200, encoding="text")
def work(message: Message) -> None:
    if "wait" in sys.argv:
        time.sleep(60)
    time.sleep(random.random() * 0.02)
    os.write(done, (message.text + "\\n").encode())

raise SystemExit(host.run())
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    Service.made = set()
    made = Service(tmp_path_factory.mktemp("azurite"))
    yield made
    made.stop()


def worker(service: Service, done: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ["PATH"], "AzureWebJobsStorage": service.connection()}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(done), *arguments], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )


def lines(done: Path) -> list[str]:
    return done.read_text().split() if done.exists() else []


def test_text_and_base64_are_handled_and_poison_is_kept_for_ever(service: Service):
    queue, got = service.queue("mixed"), []
    host = host_of(service.connection())

    @host.queue("mixed", max_attempts=1)
    def handle(payload: dict) -> None:
        got.append(payload["n"])
        if payload["n"] == 3:
            raise OSError("disk")

    queue.send_message('{"n": 1}')
    queue.send_message(base64.b64encode(b'{"n": 2}').decode())
    with Run(host):
        host.send("mixed", {"n": 3})
        until(lambda: len(got) == 3 and not queue.get_queue_properties().approximate_message_count)

    poison = QueueClient.from_connection_string(service.connection(), "mixed-poison")
    [message] = poison.receive_messages(max_messages=1)
    assert sorted(got) == [1, 2, 3]
    assert base64.b64decode(message.content) == b'{"n":3}'
    assert message.expires_on.year == 9999


def test_coroutine_that_blocks_its_loop_keeps_its_lease(service: Service):
    """C52."""
    queue, attempts = service.queue("blocking"), []
    host = host_of(service.connection())

    @host.queue("blocking", lease="1s")
    async def handle(message: Message) -> None:
        attempts.append(message.attempt)
        time.sleep(3.2)

    queue.send_message("x")
    with Run(host):
        until(lambda: attempts and not queue.get_queue_properties().approximate_message_count)

    assert attempts == [1]


def test_leases_of_blobs_are_what_the_host_takes_them_for(service: Service):
    blobs = AzureStorage({"AzureWebJobsStorage": service.connection()}).blobs()
    assert isinstance(blobs, StorageBlobs)

    lease = blobs.acquire("locks/a/b", 15)
    again = blobs.acquire("locks/a/b", 15)
    blobs.renew("locks/a/b", lease)
    blobs.release("locks/a/b", lease)
    other = blobs.acquire("locks/a/b", 15)
    with pytest.raises(LeaseLost):
        blobs.renew("locks/a/b", lease)
    blobs.write("timers/a/b", "é")

    assert (again, other is not None, blobs.read("timers/a/b"), blobs.read("timers/a/c")) == (None, True, "é", None)


def test_connection_string_that_is_none_is_refused_without_repeating_it():
    with pytest.raises(StartError) as caught:
        AzureStorage({"AzureWebJobsStorage": "AccountKey=secret"}).queue("work")

    assert str(caught.value) == "AzureWebJobsStorage: is not a connection string; expected one as the portal shows it"


def test_killed_workers_lose_nothing(service: Service, tmp_path: Path):
    """Every message is handled at least once; again only after its lease has ended."""
    queue, done, chance = service.queue("work"), tmp_path / "done", random.Random(9)
    queue.clear_messages()
    for number in range(MESSAGES):
        queue.send_message(str(number))
    for _ in range(KILLS):
        process, before = worker(service, done), len(lines(done))
        until(lambda before=before, process=process: len(lines(done)) > before or process.poll() is not None)
        time.sleep(chance.random() * 0.05)
        process.kill()
        process.wait()
        if len(set(lines(done))) == MESSAGES:
            break

    last = worker(service, done)
    try:
        until(lambda: not queue.get_queue_properties().approximate_message_count)
        last.send_signal(signal.SIGTERM)
        code = last.wait(PATIENCE_SECONDS)
    finally:
        last.kill()

    assert set(lines(done)) == {str(number) for number in range(MESSAGES)}
    assert code == 0


def test_sixteen_messages_in_the_hands_of_a_killed_worker_come_back(service: Service, tmp_path: Path):
    queue = service.queue("work")
    queue.clear_messages()
    for number in range(16):
        queue.send_message(str(number))
    process = worker(service, tmp_path / "done", "wait")
    try:
        until(lambda: not queue.peek_messages(32))  # all sixteen are hidden
    finally:
        process.kill()
        process.wait()

    until(lambda: len(queue.peek_messages(32)) == 16)
    again = [
        message
        for page in queue.receive_messages(messages_per_page=16, visibility_timeout=60).by_page()
        for message in page
    ]
    assert {message.dequeue_count for message in again} == {2}
    queue.clear_messages()


def test_worker_that_ignores_its_stop_gives_its_messages_back(service: Service, tmp_path: Path):
    """C36."""
    queue = service.queue("work")
    queue.clear_messages()
    queue.send_message("x")
    process = worker(service, tmp_path / "done", "wait")
    try:
        until(lambda: not queue.peek_messages(1))
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()

    assert code == 3
    until(lambda: queue.peek_messages(1))
    queue.clear_messages()


class Proxy(http.server.ThreadingHTTPServer):
    """Stands between a host and the queue service, and answers for it now and then."""

    daemon_threads = True

    def __init__(self, port: str) -> None:
        super().__init__(("127.0.0.1", 0), Through)
        self.target, self.chance, self.answered = int(port), random.Random(3), Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A host that is gone is no error here."""


class Through(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        dice = self.server.chance.random()
        if dice < 0.1:
            return self.refuse(503 if dice < 0.05 else 500)
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=60)
        upstream.request(self.command, self.path, body, dict(self.headers))
        reply = upstream.getresponse()
        content = reply.read()
        upstream.close()
        if dice < 0.15:  # the call took effect, and its answer is lost
            self.server.answered["lost"] += 1
            self.close_connection = True
            return None
        if dice < 0.18:  # the call took effect, and its answer comes too late
            self.server.answered["late"] += 1
            time.sleep(READ_SECONDS + 0.5)
        self.send_response_only(reply.status, reply.reason)
        for name, value in reply.getheaders():
            if name.lower() not in {"transfer-encoding", "connection", "content-length", "keep-alive"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None

    def refuse(self, status: int) -> None:
        self.server.answered[status] += 1
        self.send_response_only(status)
        self.send_header("x-ms-error-code", "ServerBusy" if status == 503 else "InternalError")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815


def test_service_that_fails_and_loses_answers_costs_no_message(service: Service):
    """C54, with the real client: a twentieth of all calls each answers 500, 503, or not at all; some too late."""
    queue, got = service.queue("faulty"), Counter()
    for number in range(60):
        queue.send_message(str(number))
    proxy = Proxy(service.ports[1])
    storage = Quick(service.connection(str(proxy.server_address[1])))
    host = host_of(service.connection(), storage=storage)

    @host.queue("faulty", concurrency=4, batch_size=4, lease="3s", max_deliveries=100, encoding="text")
    def handle(message: Message) -> None:
        got[message.text] += 1

    with Run(host):
        until(lambda: len(got) == 60 and not queue.get_queue_properties().approximate_message_count)
    proxy.shutdown()
    proxy.server_close()

    assert set(got) == {str(number) for number in range(60)}
    assert set(proxy.answered) == {500, 503, "lost", "late"}


class Quick(AzureStorage):
    """Clients that leave every fault to the host."""

    def __init__(self, connection: str) -> None:
        super().__init__({"AzureWebJobsStorage": connection})
        self.connection = connection

    def queue(self, address: str) -> StorageQueue:
        return StorageQueue(
            QueueClient.from_connection_string(self.connection, address, retry_total=0, read_timeout=READ_SECONDS)
        )


def test_service_that_is_stopped_and_started_under_load_ends_no_host(service: Service):
    queue, got = service.queue("outage"), Counter()
    for number in range(80):
        queue.send_message(str(number))
    host = host_of(service.connection(), storage=Quick(service.connection()))

    @host.queue("outage", concurrency=4, batch_size=4, lease="3s", max_deliveries=100, encoding="text")
    def handle(message: Message) -> None:
        got[message.text] += 1
        time.sleep(0.01)

    run = Run(host)
    with run:
        until(lambda: len(got) > 10)
        service.stop()
        until(lambda: not host.health()["healthy"])
        service.start()
        until(lambda: len(got) == 80 and not queue.get_queue_properties().approximate_message_count)
        until(lambda: host.health()["healthy"])

    assert run.codes == [0]
