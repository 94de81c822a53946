"""Starts workers that are to be killed: each line it reads is a new process with a host of its own.

Workers are forked from one that has everything imported, so that a thousand of them start in seconds. What they do is
written to a file, one line an event: message, `begin` or `end`, attempt, process, moment.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

import azure.storage.queue  # noqa: F401 - imported once, for all workers

from jobhost import Backoff, JobHost, Message
from jobhost.logs import StreamLog

LEASE_SECONDS = 2
BAD = 50
"""Each message whose number this divides fails every attempt."""


def work(path: str) -> int:
    """Handle messages until the end; answers the exit code."""
    events = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    silent = open(os.devnull, "w")  # noqa: SIM115 - as long as the process
    host = JobHost(grace=5, max_poll=0.2, log=StreamLog(silent, silent))

    @host.queue(
        "kills", concurrency=8, lease=LEASE_SECONDS, max_attempts=5, retry=Backoff("1s", cap="1s"), encoding="text"
    )
    def handle(message: Message) -> None:
        def note(event: str) -> None:
            line = f"{message.text} {event} {message.attempt} {os.getpid()} {time.monotonic():.4f}\n"
            os.write(events, line.encode())

        note("begin")
        time.sleep(random.random() * 0.02)
        if int(message.text) % BAD == 0:
            raise ValueError("cannot be handled")
        note("end")

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
