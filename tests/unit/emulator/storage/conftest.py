"""A stand-in for Node that behaves as Azurite does towards its parent, without Node."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator import tls
from emulator.ports import Ports
from emulator.storage.azurite import Azurite, Program

STAND_IN = """#!{python} -S
import json, pathlib, sys
options = dict(zip(sys.argv, sys.argv[1:]))
folder = pathlib.Path(options["--location"])
(folder / "arguments").write_text("\\n".join(sys.argv[1:]))
orders = folder / "orders"
order = orders.read_text() if orders.exists() else ""
if order == "die":
    print("Exit due to unhandled error: out of luck"); sys.exit(1)
if order == "in use":
    port = options["--queuePort"]
    print(f"Exit due to unhandled error: listen EADDRINUSE: address already in use 127.0.0.1:{{port}}"); sys.exit(1)
for name in ("Blob", "Queue", "Table"):
    print(f"Azurite {{name}} service is successfully listening at https://127.0.0.1:1", flush=True)
with (folder / "told").open("a") as told:
    for line in sys.stdin:
        message = json.loads(line)
        told.write(line); told.flush()
        print("", flush=True)
        print("oneplan obeyed", message["number"], flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "storage"
    folder.mkdir()
    return folder


@pytest.fixture
def program(tmp_path):
    node = tmp_path / "node"
    node.write_text(STAND_IN.format(python=sys.executable))
    node.chmod(0o755)
    program = Program(node, tmp_path / "azurite", tmp_path / "cache")
    program.script.parent.mkdir(parents=True)
    program.script.touch()
    return program


@pytest.fixture
def certificate(tmp_path):
    return tls.ensure(tmp_path / "tls", datetime.now(UTC))


@pytest.fixture
def ports(tmp_path):
    return Ports(tmp_path / "ports.json")


@pytest.fixture
async def make(folder, ports, certificate, program):
    made = []

    def make(**options):
        azurite = Azurite(
            folder,
            ports,
            certificate,
            program,
            state=options.pop("state", lambda: {"accounts": {}, "publicKey": ""}),
            pauses=(0.0, 0.0),
            **options,
        )
        made.append(azurite)
        return azurite

    yield make
    for azurite in made:
        await azurite.stop()


def is_alive(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def alive():
    return is_alive


@pytest.fixture
def kill():
    return lambda pid: os.kill(pid, 9)
