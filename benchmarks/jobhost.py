"""JobHost: its import, what a message costs in memory, throughput against two loops on one Azurite, idle cost, latency.

`python -m benchmarks.jobhost`; some minutes. The documented loop is the one of Microsoft's samples: receive, process,
delete. The tuned one fetches 32 at a time with the asyncio client and deletes them all at once, and renews no leases.
"""

import asyncio
import base64
import io
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
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
MESSAGES, ROUNDS, IN_MEMORY, IDLE_SECONDS, SENDS = 600, 6, 5000, 20.0, 10
KEY = base64.b64encode(b"k" * 64).decode()
QUIET = StreamLog(io.StringIO(), io.StringIO())


@contextmanager
def azurite() -> Iterator[tuple[int, str]]:
    """Gives the process of an Azurite in memory, and its connection string.

    A new one for each round: once a minute Azurite looks through all it ever held, and answers nobody meanwhile.
    """
    command = [str(find_node()), str(SCRIPT), "--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    command += ["--inMemoryPersistence", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0"]
    environment = {"PATH": os.environ["PATH"], "AZURITE_ACCOUNTS": f"shop:{KEY}"}
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder) as process,
    ):
        ports: list[str] = []
        while len(ports) < 3:
            assert process.stdout is not None
            ports += re.findall(r"listening at http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        base = f"DefaultEndpointsProtocol=http;AccountName=shop;AccountKey={KEY};"
        try:
            yield process.pid, f"{base}QueueEndpoint=http://127.0.0.1:{ports[1]}/shop;"
        finally:
            process.terminate()
            process.communicate()


def filled(connection: str, messages: int) -> QueueClient:
    """The queue with so many messages."""
    queue = QueueClient.from_connection_string(connection, "work")
    if not any(found.name == "work" for found in _service(connection).list_queues()):
        queue.create_queue()
    for number in range(messages):
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
    handled, done = count(1), threading.Event()

    @host.queue("work", concurrency=32, batch_size=32, encoding="text", function="work")
    def work(message: Message) -> None:
        if next(handled) == MESSAGES:
            done.set()

    thread = threading.Thread(target=host.run)
    thread.start()
    done.wait()
    host.stop()
    thread.join()


@dataclass(frozen=True)
class Turn:
    """What one loop took for a message, in milliseconds."""

    wall: float
    own: float
    """Processor time of the loop."""
    service: float
    """Processor time of Azurite."""


def turn(connection: str, service: int, loop: Callable[[str], object]) -> Turn:
    """Fill the queue, and let the loop empty it."""
    filled(connection, MESSAGES)
    wall, own, theirs = time.perf_counter(), time.process_time(), _processor_seconds(service)
    loop(connection)
    taken = (time.perf_counter() - wall, time.process_time() - own, _processor_seconds(service) - theirs)
    return Turn(*(seconds / MESSAGES * 1000 for seconds in taken))


def _processor_seconds(process: int) -> float:
    """What the process has used so far; 0 where the system does not tell in /proc."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def throughput() -> Iterator[str]:
    """Each loop in turn, forwards and backwards, and JobHost's rate against that of the same round."""
    loops: dict[str, Callable[[str], object]] = {
        "documented loop": documented,
        "tuned asyncio": lambda text: asyncio.run(tuned(text)),
        "JobHost": hosted,
    }
    rounds: list[dict[str, Turn]] = []
    for number in range(ROUNDS):
        order = list(loops)[:: -1 if number % 2 else 1]
        with azurite() as (service, connection):
            rounds.append({name: turn(connection, service, loops[name]) for name in order})
    for name in loops:
        middle = {part: statistics.median(getattr(each[name], part) for each in rounds) for part in ("own", "service")}
        rate = statistics.median(1000 / each[name].wall for each in rounds)
        yield f"{name}: {rate:.0f}/s, processor {middle['own']:.2f} ms a message, Azurite {middle['service']:.2f} ms"
    for peer in ("documented loop", "tuned asyncio"):
        ratios = sorted(each[peer].wall / each["JobHost"].wall for each in rounds)
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
        yield f"JobHost against the {peer}: {statistics.median(ratios):.2f} x ({spread}, {ROUNDS} rounds)"


def imports() -> str:
    """Processor time of an interpreter that imports JobHost, beside one that does nothing."""
    codes = ("", "import jobhost")
    taken: list[list[float]] = [[], []]
    for _ in range(11):
        for code, seconds in zip(codes, taken, strict=True):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    bare, ours = (statistics.median(seconds) * 1000 for seconds in taken)
    return f"import: {ours - bare:.0f} ms beyond the {bare:.0f} ms of a bare interpreter, {ours / bare:.2f} x"


class Memory:
    """Storage in memory with the real clock."""

    def __init__(self) -> None:
        self.queues = {name: MemoryQueue(name, SystemClock()) for name in ("work", "work-poison")}
        self.queue = self.queues.__getitem__

    def blobs(self) -> MemoryBlobs:
        """An empty container: nothing that is measured takes a lock."""
        return MemoryBlobs(SystemClock())


def in_memory() -> float:
    """Microseconds of processor time that the host itself costs a message, its queue's own work taken off."""
    storage, done, handled = Memory(), threading.Event(), count(1)
    host = JobHost(environment={"AzureWebJobsStorage": "x"}, storage=storage, log=QUIET)

    @host.queue("work", concurrency=32, batch_size=32, encoding="text")
    def work(message: Message) -> None:
        if next(handled) == IN_MEMORY:
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
    return taken / IN_MEMORY * 1e6


def _page(queue: MemoryQueue) -> list[Any]:
    from datetime import timedelta

    for _ in range(25):
        queue.send("x")
    page = queue.receive(25, timedelta(minutes=5))
    queue._messages.clear()
    return page


def idle_and_latency(connection: str) -> Iterator[str]:
    """From send to start after a short idle time; then processor time while nothing comes."""
    filled(connection, 0)
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
    print(imports(), flush=True)
    print(f"in memory: {statistics.median(in_memory() for _ in range(7)):.0f} us a message", flush=True)
    for line in throughput():
        print(line, flush=True)
    with azurite() as (_, connection):
        for line in idle_and_latency(connection):
            print(line, flush=True)
