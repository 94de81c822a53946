"""Ports are chosen once, remembered, and never taken from somebody else."""

import json
import socket

import pytest

from emulator.errors import StartError
from emulator.listeners import holder_of
from emulator.ports import Ports, PortTaken, is_free


def chooser(*ports):
    remaining = list(ports)
    return lambda: remaining.pop(0)


def test_a_name_keeps_its_port_over_a_restart(tmp_path):
    file = tmp_path / "ports.json"
    first = Ports(file, free=lambda port: True, choose=chooser(21_000)).take("blob")

    again = Ports(file, free=lambda port: True).take("blob")

    assert (first, again) == (21_000, 21_000)


def test_two_names_never_share_a_port(tmp_path):
    ports = Ports(tmp_path / "ports.json", free=lambda port: True, choose=chooser(21_000, 21_000, 21_001))

    assert [ports.take("blob"), ports.take("queue")] == [21_000, 21_001]


def test_a_port_in_use_is_passed_over(tmp_path):
    ports = Ports(tmp_path / "ports.json", free=lambda port: port != 21_000, choose=chooser(21_000, 21_001))

    assert ports.take("blob") == 21_001


def test_a_remembered_port_of_another_program_is_an_error_that_names_it(tmp_path):
    file = tmp_path / "ports.json"
    file.write_text('{"arm": 21000}')
    ports = Ports(file, free=lambda port: False, holder=lambda port: "nginx (pid 7)")

    with pytest.raises(PortTaken) as caught:
        ports.take("arm")

    assert str(caught.value) == (
        "port 21000 (arm): in use by nginx (pid 7); stop that program, "
        "or run `oneplan local reset` to let the emulator choose other ports"
    )


def test_a_port_we_hold_ourselves_is_not_looked_at_again(tmp_path):
    ports = Ports(tmp_path / "ports.json", free=lambda port: True, choose=chooser(21_000))
    ports.take("arm")
    ports._free = lambda port: False

    assert ports.take("arm") == 21_000


def test_a_released_name_is_forgotten(tmp_path):
    file = tmp_path / "ports.json"
    ports = Ports(file, free=lambda port: True, choose=chooser(21_000, 21_001))
    ports.take("site:shop")

    ports.release("site:shop")

    assert json.loads(file.read_text()) == {}
    assert ports.take("site:shop") == 21_001


def test_forget_all_removes_the_file(tmp_path):
    file = tmp_path / "ports.json"
    ports = Ports(file, free=lambda port: True, choose=chooser(21_000))
    ports.take("arm")

    ports.forget_all()

    assert not file.exists()


@pytest.mark.parametrize("content", ["{", "[1]", '{"arm": "x"}', '{"arm": 99999999}', '{"arm": -1}'])
def test_a_damaged_file_is_named(tmp_path, content):
    file = tmp_path / "ports.json"
    file.write_text(content)

    with pytest.raises(StartError, match=r"ports\.json: not a JSON object of name: port"):
        Ports(file)


def test_no_free_port_is_an_error(tmp_path):
    ports = Ports(tmp_path / "ports.json", free=lambda port: False)

    with pytest.raises(StartError, match="none free among 200 tried"):
        ports.take("arm")


def test_a_listening_socket_makes_a_port_taken_and_is_found():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert not is_free(port)
        assert "(pid " in holder_of(port) or holder_of(port) == "another program"
    assert is_free(port)


def test_nobody_listening_has_no_name(tmp_path):
    assert holder_of(1, proc=tmp_path) == "another program"
