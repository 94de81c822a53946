"""JobHost: throughput against two loops on the same Azurite, what a message costs in memory, idle cost, latency.

`python -m benchmarks.jobhost`. The documented loop is the one of Microsoft's samples: receive, process, delete. The
tuned one fetches 32 at a time with the asyncio client and deletes them all at once, and renews no leases.
"""

import asyncio
import base64
import io
import os
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from azure.storage.queue import QueueClient
from azure.storage.queue.aio import QueueClient as AsyncQueueClient

from emulator.storage.node import find_node
from jobhost import JobHost, Message
from jobhost.clock import SystemClock
from jobhost.logs import StreamLog
from jobhost.testing import MemoryBlobs, MemoryQueue

SCRIPT = Path(__file__).resolve().parents[1] / "tools/azurite/node_modules/azurite/dist/src/azurite.js"
MESSAGES, ROUNDS, IN_MEMORY, IDLE_SECONDS, SENDS = 300, 3, 5000, 20.0, 10
KEY = base64.b64encode(b"k" * 64).decode()
QUIET = StreamLog(io.StringIO(), io.StringIO())


def azurite(folder: str) -> tuple[subprocess.Popen[str], str]:
    """Azurite in memory, and its connection string."""
    command = [str(find_node()), str(SCRIPT), "--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    command += ["--inMemoryPersistence", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0"]
    environment = {"PATH": os.environ["PATH"], "AZURITE_ACCOUNTS": f"shop:{KEY}"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder)
    ports: list[str] = []
    while len(ports) < 3:
        assert process.stdout is not None
        ports += re.findall(r"listening at http://127\.0\.0\.1:(\d+)", process.stdout.readline())
    base = f"DefaultEndpointsProtocol=http;AccountName=shop;AccountKey={KEY};"
    return process, f"{base}QueueEndpoint=http://127.0.0.1:{ports[1]}/shop;"


def filled(connection: str) -> QueueClient:
    """The queue with its messages."""
    queue = QueueClient.from_connection_string(connection, "work")
    if not any(found.name == "work" for found in _service(connection).list_queues()):
        queue.create_queue()
    for number in range(MESSAGES):
        queue.send_message(str(number))
    return queue


def _service(connection: str):
    from azure.storage.queue import QueueServiceClient

    return QueueServiceClient.from_connection_string(connection)


def documented(connection: str) -> None:
    """Receive, process, delete, as the samples do."""
    queue = QueueClient.from_connection_string(connection, "work")
    for message in queue.receive_messages():
        queue.delete_message(message)


async def _next(pages: Any) -> AsyncIterator[Any]:
    """The next page; an empty one when the queue is."""
    try:
        return await anext(pages)
    except StopAsyncIteration:
        return _nothing()


async def _nothing() -> AsyncIterator[Any]:
    for message in ():
        yield message


async def tuned(connection: str) -> None:
    """Thirty-two at a time, all deleted at once."""
    async with AsyncQueueClient.from_connection_string(connection, "work") as queue:
        while True:
            pages = queue.receive_messages(messages_per_page=32, visibility_timeout=300).by_page()
            page = [message async for message in await _next(pages)]
            if not page:
                return
            await asyncio.gather(*(queue.delete_message(message) for message in page))


def hosted(connection: str) -> None:
    """JobHost in this process, until the last message is handled."""
    host = JobHost(environment={"AzureWebJobsStorage": connection}, log=QUIET, grace=30)
    left, done = [MESSAGES], threading.Event()

    @host.queue("work", concurrency=32, batch_size=32, encoding="text", function="work")
    def work(message: Message) -> None:
        left[0] -= 1
        if not left[0]:
            done.set()

    thread = threading.Thread(target=host.run)
    thread.start()
    done.wait()
    host.stop()
    thread.join()


def throughput(connection: str) -> Iterator[str]:
    """Messages a second of the three, taken in turns."""
    loops: dict[str, Callable[[], object]] = {
        "documented loop": lambda: documented(connection),
        "tuned asyncio": lambda: asyncio.run(tuned(connection)),
        "JobHost": lambda: hosted(connection),
    }
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(ROUNDS):
        for name, loop in loops.items():
            filled(connection)
            started = time.perf_counter()
            loop()
            rates[name].append(MESSAGES / (time.perf_counter() - started))
    found = {name: statistics.median(values) for name, values in rates.items()}
    yield "  ".join(f"{name} {rate:.0f}/s" for name, rate in found.items())
    for peer in ("documented loop", "tuned asyncio"):
        yield f"JobHost against the {peer}: {found['JobHost'] / found[peer]:.2f} x"


class Memory:
    """Storage in memory with the real clock."""

    def __init__(self) -> None:
        self.queues = {name: MemoryQueue(name, SystemClock()) for name in ("work", "work-poison")}
        self.queue = self.queues.__getitem__

    def blobs(self) -> MemoryBlobs:
        """An empty container: nothing that is measured takes a lock."""
        return MemoryBlobs(SystemClock())


def in_memory() -> str:
    """What the host itself costs a message, its queue's own work taken off."""
    storage, done, left = Memory(), threading.Event(), [IN_MEMORY]
    host = JobHost(environment={"AzureWebJobsStorage": "x"}, storage=storage, log=QUIET)

    @host.queue("work", concurrency=32, batch_size=32, encoding="text")
    def work(message: Message) -> None:
        left[0] -= 1
        if not left[0]:
            done.set()

    received = [item for _ in range(IN_MEMORY // 25) for item in _page(storage.queues["work"])]
    pages = iter([received[start : start + 32] for start in range(0, IN_MEMORY, 32)])
    storage.queues["work"].receive = lambda count, lease: next(pages, [])  # type: ignore[method-assign]
    storage.queues["work"].delete = lambda message, receipt: None  # type: ignore[method-assign]
    thread = threading.Thread(target=host.run)
    started = time.process_time()  # processor time: the figure is the same on a busy machine
    thread.start()
    done.wait()
    taken = time.process_time() - started
    host.stop()
    thread.join()
    return f"in memory: {taken / IN_MEMORY * 1e6:.0f} us a message"


def _page(queue: MemoryQueue) -> list[Any]:
    from datetime import timedelta

    for _ in range(25):
        queue.send("x")
    page = queue.receive(25, timedelta(minutes=5))
    queue._messages.clear()
    return page


def idle_and_latency(connection: str) -> Iterator[str]:
    """From send to start after a short idle time; then processor time while nothing comes."""
    host = JobHost(environment={"AzureWebJobsStorage": connection}, log=QUIET)
    started, arrived = [], threading.Semaphore(0)

    @host.queue("work", encoding="text")
    def work(message: Message) -> None:
        started.append(time.perf_counter())
        arrived.release()

    thread = threading.Thread(target=host.run)
    thread.start()
    waits = []
    for turn in range(SENDS + 1):
        time.sleep(0.37 * turn)
        # A new connection each time: Azurite closes idle ones, and the client then waits half a minute to try again.
        with QueueClient.from_connection_string(connection, "work") as queue:
            sent = time.perf_counter()
            queue.send_message("x")
        arrived.acquire()
        waits.append((started[-1] - sent) * 1000)
    yield f"send to start: median {statistics.median(waits[1:]):.0f} ms, longest {max(waits[1:]):.0f} ms"
    time.sleep(30)  # the watchful seconds, and the way to the longest wait
    before = time.process_time()
    time.sleep(IDLE_SECONDS)
    yield f"idle: {(time.process_time() - before) / IDLE_SECONDS:.2%} of one core"
    host.stop()
    thread.join()


if __name__ == "__main__":
    print(in_memory(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        process, connection = azurite(folder)
        try:
            for part in (throughput, idle_and_latency):
                for line in part(connection):
                    print(line, flush=True)
        finally:
            process.terminate()
            process.communicate()
