"""The local Azure's life, seen from outside."""

import fcntl
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from oneplan.errors import OperateError
from oneplan.operate import Starter, State
from oneplan.operate.daemon import Daemon, is_alive, is_locked
from oneplan.operate.starter import clean_environment

FACTS = {
    "pid": 0,
    "provider_port": 4001,
    "control_url": "http://127.0.0.1:1",
    "arm_url": "https://127.0.0.1:4002",
    "identity_url": "http://127.0.0.1:4003/msi/token",
    "subscription_id": "s",
    "tenant_id": "t",
    "ca_bundle": "/ca.pem",
    "started": "2026-11-24T05:00:00+00:00",
}

STUB = """
import fcntl, json, os, signal, sys, time
folder, stubborn = sys.argv[1], sys.argv[2] == "stubborn"
lock = open(f"{folder}/daemon.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
signal.signal(signal.SIGTERM, signal.SIG_IGN if stubborn else lambda *_: sys.exit(0))
open(f"{folder}/token", "w").write("token")
facts = json.loads(sys.argv[3]) | {"pid": os.getpid()}
open(f"{folder}/new", "w").write(json.dumps(facts))
os.rename(f"{folder}/new", f"{folder}/daemon.json")
time.sleep(30)
"""


@contextmanager
def running(state: State, pid: int, *, locked: bool = True):
    state.folder.mkdir()
    (state.folder / "daemon.json").write_text(json.dumps(FACTS | {"pid": pid}))
    state.token_file.write_text("token")
    with (state.folder / "daemon.lock").open("w") as lock:
        if locked:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def launch_stub(state: State, mood: str):
    def launch(_command, **options):
        stub = [sys.executable, "-S", "-c", STUB, str(state.folder), mood, json.dumps(FACTS)]
        return subprocess.Popen(stub, **options)

    return launch


def gone_pid() -> int:
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_one_that_lost_its_token_is_started_anew(tmp_path: Path):
    starter = Starter(tmp_path, launch=launch_stub(State.of(tmp_path), "calm"))
    before, _ = starter.start(limit=10)
    starter.state.token_file.unlink()

    after, was_started = starter.start(limit=10)
    starter.stop()

    assert (was_started, is_alive(before.pid), after.pid != before.pid) == (True, False, True)
    assert starter.state.token_file.is_file()


def test_a_running_one_is_found(tmp_path: Path):
    state = State.of(tmp_path)

    with running(state, os.getpid()):
        assert state.find() == Daemon.from_json(json.dumps(FACTS | {"pid": os.getpid()}))


def test_a_dead_ones_description_counts_as_none(tmp_path: Path):
    state = State.of(tmp_path)

    with running(state, gone_pid()):
        assert state.find() is None


def test_a_reused_process_number_is_seen_through_by_the_free_lock(tmp_path: Path):
    state = State.of(tmp_path)

    with running(state, os.getpid(), locked=False):
        assert state.find() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": "x"}', "null"])
def test_a_description_that_is_none_counts_as_none(tmp_path: Path, text: str):
    state = State.of(tmp_path)
    state.folder.mkdir()
    (state.folder / "daemon.json").write_text(text)

    assert state.find() is None


def test_without_one_the_next_step_is_said(tmp_path: Path):
    with pytest.raises(OperateError) as missing:
        State.of(tmp_path).require()

    assert str(missing.value) == "local Azure: is not running; run `oneplan up`, or `oneplan local start`"


def test_start_waits_until_it_is_ready_and_stop_until_it_is_gone(tmp_path: Path):
    starter = Starter(tmp_path, launch=launch_stub(State.of(tmp_path), "calm"))

    daemon, was_started = starter.start(limit=10)
    again, started_again = starter.start()

    assert (was_started, started_again, again) == (True, False, daemon)
    assert starter.stop(limit=10) == "stopped"
    assert not is_alive(daemon.pid)
    assert not is_locked(starter.state.folder / "daemon.lock")
    assert starter.stop() == "not running"


def test_one_that_another_command_starts_is_waited_for(tmp_path: Path):
    """Its lock is held and its description not yet written."""
    state = State.of(tmp_path)

    def becomes_ready(_seconds: float):
        (state.folder / "new").rename(state.folder / "daemon.json")

    def never(*_arguments, **_options):
        raise AssertionError("a second one is started")

    with running(state, os.getpid()):
        (state.folder / "daemon.json").rename(state.folder / "new")
        daemon, was_started = Starter(tmp_path, launch=never, sleep=becomes_ready).start()

    assert (daemon.pid, was_started) == (os.getpid(), False)


def test_one_that_does_not_stop_is_killed_after_the_limit(tmp_path: Path):
    starter = Starter(tmp_path, launch=launch_stub(State.of(tmp_path), "stubborn"))
    daemon, _ = starter.start(limit=10)

    assert starter.stop(limit=0.05) == "killed"
    assert not is_alive(daemon.pid)
    assert starter.state.find() is None


def test_a_start_that_fails_is_told_in_its_own_words(tmp_path: Path):
    def launch(_command, **options):
        words = "port 4001: is in use by python (pid 7); stop it"
        return subprocess.Popen(["sh", "-c", f"echo noise; echo '{words}' >&2; exit 1"], **options)

    with pytest.raises(OperateError) as failed:
        Starter(tmp_path, launch=launch).start(limit=10)

    assert str(failed.value) == "port 4001: is in use by python (pid 7); stop it"


def test_a_start_that_fails_in_silence_names_the_log(tmp_path: Path):
    def launch(_command, **options):
        return subprocess.Popen(["sh", "-c", "exit 3"], **options)

    with pytest.raises(OperateError) as failed:
        Starter(tmp_path, launch=launch).start(limit=10)

    assert str(failed.value) == "local Azure: ended with exit code 3 while starting; see .oneplan/daemon.log"


def test_it_inherits_no_secrets():
    shell = {
        "PATH": "/bin",
        "HOME": "/home/u",
        "LC_ALL": "C.UTF-8",
        "HTTPS_PROXY": "http://proxy",
        "AWS_SECRET_ACCESS_KEY": "x",
        "PYTHONPATH": "/x",
        "PULUMI_CONFIG_PASSPHRASE": "x",
    }

    assert clean_environment(shell) == {
        "PATH": "/bin",
        "HOME": "/home/u",
        "LC_ALL": "C.UTF-8",
        "HTTPS_PROXY": "http://proxy",
    }
