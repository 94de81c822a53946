"""What a handler may do to its process, with the real storage emulator: the host lives, each message is settled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.queue import QueueClient

from tests.integration.azurite import PATIENCE_SECONDS, ROOT, Service, until

pytestmark = pytest.mark.integration

WORKER = """
import gc, os, sys, threading, time
from jobhost import Backoff, JobHost

host = JobHost(grace=5, max_poll=0.1)
kept = []

class Odd(BaseException):
    pass

@host.queue("zoo", concurrency=4, lease="3s", timeout="1s", max_attempts=2, retry=Backoff("1s", cap="1s"))
def zoo(payload: dict) -> None:
    match payload["do"]:
        case "nothing":
            return
        case "fork":
            if os.fork() == 0:
                return
        case "fork and raise":
            if os.fork() == 0:
                raise ValueError
        case "never":
            time.sleep(3600)
        case "odd":
            raise Odd
        case "exit":
            sys.exit(3)
        case "interrupt":
            raise KeyboardInterrupt
        case "recurse":
            def deeper():
                return deeper()
            deeper()
        case "leak":
            kept.append(bytearray(20_000_000))
            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
            kept.extend(open(os.devnull) for _ in range(50))
        case "shut the streams":
            sys.stdout.close(); sys.stderr.close()
        case "signal":
            import signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # threads may not: ValueError
        case "large":
            assert len(payload["text"]) > 49_000

@host.queue("forks", concurrency=2, lease="3s")
async def forks(payload: dict) -> None:
    if os.fork() == 0:
        raise ValueError

@host.timer("every 1s", singleton=False, persist=False)
def tick() -> None:
    if os.fork() == 0:
        raise ValueError

raise SystemExit(host.run())
"""
GOOD = ["nothing", "fork", "fork and raise", "leak", "large"]
BAD = ["never", "odd", "exit", "interrupt", "recurse", "signal"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.stop()


def bodies(service: Service, name: str) -> list[str]:
    queue = QueueClient.from_connection_string(service.connection(), name)
    return [message.content for message in queue.receive_messages(messages_per_page=32)]


def test_whatever_a_handler_does_its_message_is_settled_and_the_host_lives(service: Service, tmp_path: Path):
    queue, log = service.queue("zoo"), tmp_path / "log"
    for do in GOOD * 3 + BAD:
        queue.send_message(json.dumps({"do": do, "text": "x" * (65_000 if do == "large" else 0)}))
    service.queue("forks").send_message("{}")
    queue.send_message("neither JSON nor Base64 ✗")
    environment = {"PATH": os.environ["PATH"], "AzureWebJobsStorage": service.connection()}
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=ROOT, stdout=out, stderr=out)
    try:
        until(lambda: not queue.get_queue_properties().approximate_message_count or process.poll() is not None)
        queue.send_message(json.dumps({"do": "shut the streams"}))
        queue.send_message(json.dumps({"do": "nothing"}))
        until(lambda: not queue.get_queue_properties().approximate_message_count or process.poll() is not None)
        assert process.poll() is None, log.read_text()[-2000:]
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE_SECONDS)

    assert bodies(service, "forks") == []
    assert b"raise ValueError" not in log.read_bytes()
    poison = bodies(service, "zoo-poison")
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert sorted(json.loads(body)["do"] for body in poison if body.startswith("{")) == sorted(BAD)
    assert len(poison) == len(BAD) + 1
    assert sum(line["event"] == "handled" and line["source"] == "zoo" for line in lines) == len(GOOD * 3)
    assert {line["reason"].partition(":")[0] for line in lines if line["event"] == "poisoned"} == {
        "Odd", "SystemExit", "KeyboardInterrupt", "RecursionError", "ValueError", "body",
        "timed out after 0",
    }  # fmt: skip
    assert code == 3  # the thread that never ends is still in its handler
