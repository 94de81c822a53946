"""JobHost's workers killed at random moments while they share a queue: nothing is lost.

`JOBHOST_KILLS=1000 JOBHOST_MESSAGES=20000 pytest -s -o faulthandler_timeout=3600 tests/faults/test_jobhost_kills.py`
takes minutes, and on a busy machine longer than other tests may. The queue is filled as it empties, because Azurite
looks through all of an account's messages for each call.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from azure.storage.queue import QueueClient

from tests.faults.jobhost_worker import BAD, LEASE_SECONDS
from tests.integration.azurite import ROOT, Service, until

KILLS, MESSAGES = int(os.environ.get("JOBHOST_KILLS", "40")), int(os.environ.get("JOBHOST_MESSAGES", "800"))
WORKERS, WAITING, SENDERS = 4, 200, 2
QUIET_SECONDS = 120.0
"""For so long nothing may happen at all."""


@dataclass
class Events:
    """What the workers wrote, read as it grows."""

    path: Path
    taken: dict[int, list[tuple[float, float, int]]] = field(default_factory=lambda: defaultdict(list))
    """By message: between which moments it was received each time, and by which process."""
    calls: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    handled: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _read: int = 0

    def look(self) -> int:
        """How many messages were handled so far."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        complete = lines.rpartition(b"\n")[0]
        self._read += len(complete) + 1 if complete else 0
        for line in complete.decode().splitlines():
            number, event, process, moment, *called = line.split()
            match event:
                case "take":
                    self.taken[int(number)].append((float(called[0]), float(moment), int(process)))
                case "begin":
                    self.calls[int(number)] += 1
                case _:
                    self.handled[int(number)] += 1
        return len(self.handled)


class Workers:
    """Some processes, always as many, whichever are killed."""

    def __init__(self, service: Service, events: Path) -> None:
        environment = {"PATH": os.environ["PATH"], "AzureWebJobsStorage": service.connection()}
        command = [sys.executable, "-m", "tests.faults.jobhost_worker", str(events)]
        self._parent = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.alive = [self._new() for _ in range(WORKERS)]
        self.killed: list[int] = []

    def _new(self) -> int:
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def kill(self, chance: random.Random) -> None:
        """End one, without a word, and start another."""
        victim = chance.randrange(WORKERS)
        os.kill(self.alive[victim], signal.SIGKILL)
        self.killed.append(self.alive[victim])
        self.alive[victim] = self._new()

    def close(self) -> None:
        """Ask all to stop."""
        for process in self.alive:
            os.kill(process, signal.SIGTERM)
        self._parent.stdin.close()
        self._parent.wait(60)


def feed(connection: str, part: int, events: Events) -> None:
    """Send this sender's share of the messages, never many more than were handled."""
    queue = QueueClient.from_connection_string(connection, "kills")
    for number in range(part, MESSAGES, SENDERS):
        while number - len(events.handled) - number // BAD > WAITING:
            time.sleep(0.01)
        queue.send_message(str(number))


def poisoned(service: Service) -> set[int]:
    queue = QueueClient.from_connection_string(service.connection(), "kills-poison")
    return {int(message.content) for message in queue.receive_messages(messages_per_page=32)}


@pytest.fixture
def service(tmp_path: Path):
    made = Service(tmp_path)
    made.queue("kills")
    yield made
    made.stop()


def kill_by_and_by(workers: Workers, events: Events) -> None:
    """Spread the kills over all messages, each at a random moment."""
    chance, kills, good = random.Random(), 0, MESSAGES - len(range(0, MESSAGES, BAD))
    changed, before = time.monotonic(), 0
    while kills < KILLS or events.look() < good:
        done = events.look()
        changed, before = (time.monotonic() if done != before else changed), done
        assert time.monotonic() < changed + QUIET_SECONDS, f"{done} of {good} handled, then nothing more"
        time.sleep(chance.random() * 0.1)
        if kills < KILLS and (done == good or kills < KILLS * done / good):
            workers.kill(chance)
            kills += 1


def test_killed_workers_lose_no_message_and_repeat_only_what_a_lease_gave_free(service: Service, tmp_path: Path):
    path = tmp_path / "events"
    path.touch()
    events, workers, started = Events(path), Workers(service, path), time.monotonic()
    senders = [
        threading.Thread(target=feed, args=(service.connection(), part, events), daemon=True) for part in range(SENDERS)
    ]
    try:
        for sender in senders:
            sender.start()
        kill_by_and_by(workers, events)
        until(lambda: not service.queue("kills").get_queue_properties().approximate_message_count)
    finally:
        workers.close()
    events.look()

    poison = poisoned(service)
    gaps = [
        (answered - called, process in workers.killed)
        for number, takes in events.taken.items()
        if number % BAD
        for (called, _, process), (_, answered, _) in pairwise(takes)
    ]
    again = sum(times - 1 for number, times in events.calls.items() if number % BAD)
    repeated = sum(times - 1 for times in events.handled.values())
    lost = set(range(MESSAGES)) - set(events.handled) - poison
    print(  # noqa: T201 - the figures of a long run
        f"{len(workers.killed)} kills, {MESSAGES} messages in {time.monotonic() - started:.0f} s: lost {len(lost)}, "
        f"poisoned {len(poison)}, received again {len(gaps)} ({sum(dead for _, dead in gaps)} after a kill), "
        f"called again {again}, handled again {repeated}, soonest after {min(gaps, default=(0.0,))[0]:.2f} s"
    )
    assert lost == set()
    assert {number for number in range(MESSAGES) if number % BAD == 0} <= poison
    assert len(workers.killed) == KILLS
    assert all(gap >= LEASE_SECONDS for gap, _ in gaps)
