"""The supervised child, with a stand-in for Node."""

import asyncio
import json
import os

import pytest

from emulator.errors import StartError
from emulator.ports import PortTaken
from emulator.storage import StorageError


def told(folder):
    return [json.loads(line) for line in (folder / "told").read_text().splitlines()]


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_it_is_ready_after_start_and_gone_after_stop(make, alive):
    azurite = make()

    await azurite.start()
    await azurite.available()
    pid = azurite.pid
    await azurite.stop()

    assert not alive(pid)


async def test_it_is_started_with_tls_and_oauth_on_loopback_at_the_remembered_ports(
    make, folder, ports, certificate, program
):
    await make().start()

    given = (folder / "arguments").read_text().split("\n")
    assert given[2] == str(program.script)
    assert given[3:] == [
        *("--location", str(folder)),
        *("--blobHost", "127.0.0.1", "--blobPort", str(ports.take("blob"))),
        *("--queueHost", "127.0.0.1", "--queuePort", str(ports.take("queue"))),
        *("--tableHost", "127.0.0.1", "--tablePort", str(ports.take("table"))),
        *("--cert", str(certificate.certificate), "--key", str(certificate.key)),
        *("--oauth", "basic", "--skipApiVersionCheck", "--disableTelemetry", "--silent"),
    ]


async def test_what_it_should_know_is_told_at_start_and_on_request(make, folder):
    state = {"accounts": {}, "publicKey": "key"}
    azurite = make(state=lambda: state)
    await azurite.start()

    state["accounts"] = {"shop": ["a", "b"]}
    await azurite.tell()

    assert told(folder) == [
        {"number": 1, "accounts": {}, "publicKey": "key"},
        {"number": 2, "accounts": {"shop": ["a", "b"]}, "publicKey": "key"},
    ]


async def test_when_it_dies_it_is_started_again_and_told_again(make, folder, kill):
    azurite = make(state=lambda: {"accounts": {"shop": ["a", "b"]}})
    await azurite.start()
    first = azurite.pid

    kill(first)
    await until(lambda: azurite.pid != first)
    await azurite.available()

    assert [message["accounts"] for message in told(folder)] == [{"shop": ["a", "b"]}] * 2


async def test_when_it_does_not_come_up_any_more_calls_say_so(make, folder, kill):
    azurite = make()
    await azurite.start()
    (folder / "orders").write_text("die")

    kill(azurite.pid)
    await until(azurite._watcher.done)

    with pytest.raises(StorageError, match="its last words were: Exit due to unhandled error: out of luck"):
        await azurite.available()


async def test_before_start_and_after_stop_it_is_not_available(make):
    azurite = make()

    with pytest.raises(StorageError, match="storage: not running; start the emulator"):
        await azurite.available()
    await azurite.start()
    await azurite.stop()
    with pytest.raises(StorageError, match="storage: not running; start the emulator"):
        await azurite.tell()


async def test_it_can_be_started_again(make):
    azurite = make()
    await azurite.start()
    await azurite.stop()

    await azurite.start()

    await azurite.available()


async def test_a_folder_in_use_is_refused_at_once(make):
    await make().start()

    with pytest.raises(StartError, match=rf"storage: in use by another emulator \(pid {os.getpid()}\); stop it"):
        await make().start()


async def test_a_damaged_data_file_is_named(make, folder):
    (folder / "orders").write_text("die")
    (folder / "__azurite_db_queue__.json").write_text('{"half":')

    with pytest.raises(StartError) as caught:
        await make().start()

    assert str(caught.value) == (
        f"{folder}/__azurite_db_queue__.json: damaged, not readable as JSON; run `oneplan local reset` "
        "to start with empty storage, or put the file back from a copy"
    )


async def test_a_port_taken_meanwhile_is_named(make, folder, ports):
    (folder / "orders").write_text("in use")

    with pytest.raises(PortTaken, match=rf"port {ports.take('queue')} \(queue\): in use by"):
        await make().start()


async def test_after_a_failed_start_the_folder_is_free(make, folder):
    (folder / "orders").write_text("die")
    with pytest.raises(StartError):
        await make().start()
    (folder / "orders").unlink()

    await make().start()


async def test_without_the_package_it_says_how_to_install_it(make, program):
    program.script.unlink()

    with pytest.raises(StartError, match="Azurite is not installed; run `make setup`"):
        await make().start()


async def test_nothing_of_our_environment_changes_how_node_behaves(make, folder, monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--inspect")
    monkeypatch.setenv("AZURITE_ACCOUNTS", "a:b")

    environment = make()._environment()

    assert {name for name in environment if name.startswith(("NODE_", "AZURITE_"))} == {"NODE_COMPILE_CACHE"}
