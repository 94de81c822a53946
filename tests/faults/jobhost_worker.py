"""Starts workers that are to be killed: each line it reads is a new process with a host of its own.

Workers are forked from one that has everything imported, so that a thousand of them start in seconds. What they do is
written to a file, one line an event: message, `take`, `begin` or `end`, process, moment; and for `take`, which is
written when a receive is answered, the moment when it was called.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from jobhost import Backoff, JobHost, Message
from jobhost.logs import StreamLog
from jobhost.queues import Received
from jobhost.storage import AzureStorage
from jobhost.storage_queue import StorageQueue

LEASE_SECONDS = 2
BAD = 50
"""Each message whose number this divides fails every attempt."""


class NotingStorage(AzureStorage):
    """Says of each message when it was taken."""

    def __init__(self, environment: Mapping[str, str], note: Callable[..., None]) -> None:
        super().__init__(environment)
        self._note = note

    def queue(self, address: str) -> StorageQueue:
        """The queue, whose receive is watched."""
        queue = super().queue(address)
        receive = type(queue).receive

        def noting(count: int, lease: timedelta) -> list[Received]:
            called = time.monotonic()
            messages = receive(queue, count, lease)
            for message in messages:
                self._note(message.body, "take", called)
            return messages

        queue.receive = noting
        return queue


def work(path: str) -> int:
    """Handle messages until the end; answers the exit code."""
    events = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(number: str, event: str, *moments: float) -> None:
        said = " ".join(f"{moment:.4f}" for moment in (time.monotonic(), *moments))
        os.write(events, f"{number} {event} {os.getpid()} {said}\n".encode())

    silent = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    storage = NotingStorage(os.environ, note)
    host = JobHost(grace=5, max_poll=0.2, log=StreamLog(silent, silent), storage=storage)

    @host.queue(
        "kills", concurrency=8, lease=LEASE_SECONDS, max_attempts=5, retry=Backoff("1s", cap="1s"), encoding="text"
    )
    def handle(message: Message) -> None:
        note(message.text, "begin")
        time.sleep(random.random() * 0.02)
        if int(message.text) % BAD == 0:
            raise ValueError("cannot be handled")
        note(message.text, "end")

    return host.run()


def main() -> None:
    """Fork a worker a line; say its process."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            random.seed()
            os._exit(work(sys.argv[1]))
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
