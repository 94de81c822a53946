"""The command line, whole and in part."""

from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_group

from oneplan.cli import commands
from oneplan.cli.app import MODULES, app


def _commands(command=None):
    return set(get_group(app(command)).commands)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_holds_just_the_commands_that_are_told_of_it(module):
    its = import_module(f"oneplan.cli.commands.{module}").commands
    own = {its.info.name} if isinstance(its.info.name, str) else set(get_group(its).commands)

    assert own == set(MODULES[module])


def test_every_module_of_commands_is_told_of():
    files = {file.stem for file in Path(commands.__file__).parent.glob("*.py")}

    assert files - {"__init__", "options"} == set(MODULES)


def test_a_command_brings_its_own_module_and_no_other():
    assert _commands("status") == set(MODULES["deploy"])


@pytest.mark.parametrize("command", [None, "--help", "sttaus", ""])
def test_without_a_known_command_everything_is_there(command):
    assert _commands(command) == {name for names in MODULES.values() for name in names}
