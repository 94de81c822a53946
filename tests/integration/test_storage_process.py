"""The storage services' process: nothing outlives a killed emulator, nothing is lost, everything can start again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

EMULATOR = """
import asyncio, json, sys
from datetime import UTC, datetime
from pathlib import Path
from emulator import tls
from emulator.errors import EmulatorError
from emulator.identity import IdentityService
from emulator.ports import Ports
from emulator.storage import StorageService

async def main(folder):
    identity = IdentityService("", admin_token="admin")
    storage = StorageService(
        folder / "storage", Ports(folder / "ports.json"), tls.ensure(folder / "tls", datetime.now(UTC)),
        token=identity.storage_token, public_key=identity.public_key)
    try:
        await storage.start()
    except EmulatorError as error:
        sys.exit(str(error))
    await storage.put_account("shop")
    found = await storage.queue_exists("shop", "orders"), await storage.blob_exists("shop", "photos", "p")
    print(json.dumps({"pid": storage.pid, "found": found}), flush=True)
    await storage.create_queue("shop", "orders")
    await storage.create_container("shop", "photos")
    await storage.upload_blob("shop", "photos", "p", b"x" * 100_000)
    print("written", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await storage.stop()

asyncio.run(main(Path(sys.argv[1])))
"""


class Emulator:
    """A process that runs the storage services until it is told to stop."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-c", EMULATOR, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.first = self.process.stdout.readline()

    @property
    def azurite(self):
        return json.loads(self.first)["pid"]

    @property
    def found(self):
        return json.loads(self.first)["found"]

    def until_written(self):
        assert self.process.stdout.readline() == "written\n", self.process.stderr.read()

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(30) == 0

    def kill(self):
        self.process.kill()
        self.process.wait(30)


@pytest.fixture
def start(tmp_path):
    started = []

    def start():
        started.append(Emulator(tmp_path))
        return started[-1]

    yield start
    for emulator in started:
        emulator.kill()
        for pipe in (emulator.process.stdin, emulator.process.stdout, emulator.process.stderr):
            pipe.close()


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid):
    deadline = time.monotonic() + 60
    while is_alive(pid):
        assert time.monotonic() < deadline, f"Azurite {pid} outlives the emulator"
        time.sleep(0.02)


def test_a_stop_keeps_the_data(start):
    first = start()
    first.until_written()
    first.stop()
    assert not is_alive(first.azurite)

    second = start()

    assert (first.found, second.found) == ([False, False], [True, True])


def test_kill_9_of_the_emulator_leaves_no_azurite_and_loses_nothing(start):
    first = start()
    first.until_written()

    first.kill()
    second = start()  # at once: it waits for the folder until the first one's Azurite has saved

    assert second.found == [True, True]
    wait_until_gone(first.azurite)


def test_kill_9_of_azurite_loses_only_the_last_second(start):
    first = start()
    first.until_written()
    time.sleep(1.5)

    os.kill(first.azurite, signal.SIGKILL)
    first.kill()

    assert start().found == [True, True]


def test_a_second_emulator_on_the_folder_is_refused_at_once(start):
    first = start()
    first.until_written()

    second = start()

    assert second.process.wait(5) == 1
    assert second.process.stderr.read().endswith(
        f"storage: in use by another emulator (pid {first.process.pid}); stop it with `oneplan local stop`\n"
    )


def test_a_taken_port_is_an_error_that_names_it(start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"queue": port}))

        emulator = start()

        assert emulator.process.wait(60) == 1
        assert f"port {port} (queue): in use by" in emulator.process.stderr.read()


def test_a_damaged_data_file_is_named(start, tmp_path):
    first = start()
    first.until_written()
    first.stop()
    file = tmp_path / "storage" / "__azurite_db_queue__.json"
    file.write_text(file.read_text()[:40])

    second = start()

    assert second.process.wait(60) == 1
    assert second.process.stderr.read().startswith(f"{file}: damaged, not readable as JSON; run `oneplan")
