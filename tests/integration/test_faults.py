"""Faults as a user meets them, with the real engine and the real local Azure: one clear message, and the next
`oneplan up` converges.

One small app in one copy of the example, so that all of them together take well under a minute. The tests build on
each other, in this order.
"""

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.integration

BIN = Path(sys.executable).parent
MANIFEST = """\
version: 1
name: small
location: switzerlandnorth
time_zone: Europe/Zurich
plan: {os: linux, sku: B1, instances: 1}
apps: {worker: {kind: worker, runtime: "python:3.13", uses: {orders: write}}}
queues: {orders: {}}
"""


@pytest.fixture(scope="module")
def running(project: Any) -> Any:
    """The example cut down to one app without code, and up."""
    (project.folder / "oneplan.yaml").write_text(MANIFEST)
    shutil.rmtree(project.folder / "jobs")
    shutil.rmtree(project.folder / "apps")
    stack = project.folder / "Pulumi.dev.yaml"
    salt = next(line for line in stack.read_text().splitlines() if line.startswith("encryptionsalt:"))
    stack.write_text(f"{salt}\nconfig:\n  oneplan:target: local\n")
    project.oneplan("up")
    return project


def only_message(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what is wrong; there is no traceback."""
    assert "Traceback" not in done.stdout + done.stderr
    (message,) = [line for line in done.stderr.splitlines() if line.startswith("error ")]
    return message


def children_of(pid: int) -> dict[int, str]:
    """Command lines by process id, of a process's children and theirs."""
    found: dict[int, str] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if parent == pid:
            found |= {int(entry.name): command} | children_of(int(entry.name))
    return found


@pytest.fixture
def unfinished(running: Any) -> Iterator[subprocess.Popen[str]]:
    """An `oneplan up` that makes a queue, on its way."""
    manifest = running.folder / "oneplan.yaml"
    manifest.write_text(MANIFEST.replace("queues: {orders: {}}", "queues: {orders: {}, more: {}}"))
    going = subprocess.Popen(
        [str(BIN / "oneplan"), "up"],
        cwd=running.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield going
    if going.poll() is None:
        going.kill()
    going.communicate()


def test_a_sites_port_that_is_taken_fails_up_until_it_is_free(running):
    ports = json.loads((running.folder / ".oneplan" / "ports.json").read_text())
    name, port = next((name, port) for name, port in ports.items() if name.startswith("site:"))
    running.oneplan("local", "stop")

    with socket.create_server(("127.0.0.1", port)):
        refused = running.oneplan("up", code=1)
    running.oneplan("up")

    told = [line for line in refused.stderr.splitlines() if line.startswith(f"error port {port} ({name}): in use by ")]
    assert len(told) == 1, refused.stderr
    assert str(os.getpid()) in told[0]
    assert "Traceback" not in refused.stdout + refused.stderr
    assert running.app("worker")["state"] == "Running"


def test_a_lost_store_is_filled_again(running):
    running.oneplan("local", "stop")
    for file in (running.folder / ".oneplan").glob("state.db*"):
        file.unlink()

    done = running.oneplan("up")

    assert "note the local Azure has fewer resources than pulumi made in it" in done.stderr
    assert running.app("worker")["state"] == "Running"


def test_a_truncated_store_is_named_with_the_way_out(running):
    running.oneplan("local", "stop")
    store = running.folder / ".oneplan" / "state.db"
    whole = store.read_bytes()
    store.write_bytes(whole[:6000])
    try:
        message = only_message(running.oneplan("up", code=1))
    finally:
        store.write_bytes(whole)

    assert message == (
        f"error {store}: damaged (database disk image is malformed); put it back from a copy,"
        " or run `oneplan local reset` to start afresh"
    )


def test_a_lost_token_is_made_anew(running):
    running.oneplan("local", "start")
    (running.folder / ".oneplan" / "token").unlink()

    running.oneplan("local", "start")

    assert running.app("worker")["state"] in {"Running", "Starting"}


def test_a_killed_pulumi_leaves_no_process_and_the_next_up_converges(running, unfinished, eventually):
    assert unfinished.stdout is not None
    next(line for line in unfinished.stdout if "Updating" in line)
    theirs = eventually(
        lambda: "language-python-exec" in str(found := children_of(unfinished.pid)) and found, every=0.02
    )
    engine = next(pid for pid, command in theirs.items() if "pulumi up" in command)

    os.kill(engine, signal.SIGKILL)
    output, _ = unfinished.communicate(timeout=60)

    assert unfinished.returncode == 1
    assert "error pulumi up: was ended by signal 9; nothing is lost, run the command again" in output
    eventually(lambda: not [pid for pid in theirs if Path(f"/proc/{pid}/environ").exists()], seconds=10)
    running.oneplan("up")
    queues = [queue["name"] for queue in running.status()["queues"]]
    assert queues == ["orders", "orders-poison", "more", "more-poison"]


def test_a_deleted_state_folder_ends_the_local_azure(running, eventually):
    pid = running.daemon()["pid"]
    folder = running.folder / ".oneplan"

    folder.rename(running.folder / "was")
    eventually(lambda: not Path(f"/proc/{pid}").exists(), seconds=20)
    shutil.rmtree(folder, ignore_errors=True)  # what was written as it ended
    (running.folder / "was").rename(folder)

    assert only_message(running.oneplan("status", code=1)).startswith("error local Azure: is not running")


def test_a_package_that_cannot_be_built_is_told_in_our_words_alone(running):
    folder = running.folder / "jobs" / "report"
    folder.mkdir(parents=True)
    (folder / "job.yaml").write_text("app: worker\ntrigger: {manual: true}\n")
    for name in ("run.sh", "notes.txt", "Notes.txt"):
        (folder / name).touch()
    try:
        done = running.oneplan("up", code=1)
    finally:
        shutil.rmtree(running.folder / "jobs")

    said = done.stdout + done.stderr
    assert "differs from App_Data/jobs/triggered/report/" in said
    assert "unhandled error" not in said
    assert only_message(done).startswith("error pulumi up: exit code ")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux interrupts the children of a process that was killed")
def test_a_killed_oneplan_takes_pulumi_with_it_and_the_next_up_converges(running, unfinished, eventually):
    assert unfinished.stdout is not None
    next(line for line in unfinished.stdout if "Updating" in line)
    theirs = children_of(unfinished.pid)
    assert any("pulumi up" in command for command in theirs.values())

    unfinished.kill()
    eventually(lambda: not [pid for pid in theirs if Path(f"/proc/{pid}/environ").exists()], seconds=60)

    running.oneplan("up")
    queues = [queue["name"] for queue in running.status()["queues"]]
    assert queues == ["orders", "orders-poison", "more", "more-poison"]


def test_ctrl_c_on_a_terminal_ends_up_as_interrupted(running, eventually):
    """The terminal interrupts every program in the foreground: oneplan, pulumi and what it started."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(running.folder)
        os.execv(BIN / "oneplan", ["oneplan", "up"])
    eventually(lambda: "pulumi up" in str(children_of(pid)), every=0.02)

    os.write(terminal, b"\x03")
    said = drained(terminal)
    _, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == 130
    assert said.splitlines()[-1].endswith("interrupted")
    assert "Traceback" not in said


def drained(terminal: int) -> str:
    """All that is written to a terminal until nobody is left to write."""
    said = b""
    try:
        while piece := os.read(terminal, 65536):
            said += piece
    except OSError:  # Linux's way to say that the last writer is gone
        pass
    os.close(terminal)
    return said.decode(errors="replace")
