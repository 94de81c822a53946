"""The storage emulator as tests of JobHost use it: in a folder, on ports that stay, stopped in order."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from azure.storage.queue import QueueClient

from emulator.storage.node import find_node
from jobhost import JobHost

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools/azurite/node_modules/azurite/dist/src/azurite.js"
PRELOAD = 'process.stdin.on("end", () => process.kill(process.pid, "SIGTERM")); process.stdin.resume();'
"""Ends Azurite with the test, in order: it writes what it has only every five seconds and when it is asked to end."""
KEY = base64.b64encode(b"k" * 64).decode()
PATIENCE_SECONDS = 120.0


def until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < ends, "took too long"
        time.sleep(0.05)


class Service:
    """Azurite in a folder, on ports that stay the same over restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, ["0", "0", "0"]
        (folder / "preload.cjs").write_text(PRELOAD)
        self.start()

    def start(self) -> None:
        blob, queue, table = self.ports
        command = [str(find_node()), "--require", str(self.folder / "preload.cjs"), str(SCRIPT)]
        command += ["--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", str(self.folder)]
        command += ["--blobPort", blob, "--queuePort", queue, "--tablePort", table]
        environment = {"PATH": os.environ["PATH"], "AZURITE_ACCOUNTS": f"shop:{KEY}"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=self.folder
        )
        found: list[str] = []
        while len(found) < 3:
            line = self.process.stdout.readline()
            assert line, "Azurite did not start"
            found += re.findall(r"successfully listening at http://127\.0\.0\.1:(\d+)", line)
        self.ports = found

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(PATIENCE_SECONDS)
        self.process.stdout.close()

    def connection(self, queue_port: str | None = None) -> str:
        blob, queue, _ = self.ports
        return (
            f"DefaultEndpointsProtocol=http;AccountName=shop;AccountKey={KEY};"
            f"BlobEndpoint=http://127.0.0.1:{blob}/shop;QueueEndpoint=http://127.0.0.1:{queue_port or queue}/shop;"
        )

    def queue(self, name: str) -> QueueClient:
        client = QueueClient.from_connection_string(self.connection(), name)
        if name not in self.made:
            client.create_queue()
            self.made.add(name)
        return client

    made: set[str] = set()  # noqa: RUF012 - one service at a time


class Run:
    """A host in a thread."""

    def __init__(self, host: JobHost) -> None:
        self.host, self.codes = host, []
        self.thread = threading.Thread(target=lambda: self.codes.append(host.run()))
        self.thread.start()

    def __enter__(self) -> JobHost:
        return self.host

    def __exit__(self, *error: object) -> None:
        self.host.stop()
        self.thread.join(PATIENCE_SECONDS)


def host_of(connection: str, **options: object) -> JobHost:
    return JobHost(environment={"AzureWebJobsStorage": connection}, max_poll=0.2, grace=10, **options)
